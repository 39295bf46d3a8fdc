// Figures of tuning: rates that do not work, and trials of a random search.
#include <algorithm>
#include <limits>

#include <catch2/catch.hpp>

#include "reports/charts/gnuplot_script.hpp"
#include "reports/charts/json.hpp"
#include "reports/figures/figures.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// The synthetic run's experiment on quadratics.
std::vector<Experiment> quadratics() {
  std::vector<Experiment> experiments = synthetic_run().experiments;
  experiments.resize(1);
  return experiments;
}

std::vector<FigurePage> figures_of(const std::vector<Experiment>& experiments) {
  return tuning_figures(experiments, StyleBook(experiments));
}

}  // namespace

TEST_CASE("where every rate of a baseline diverged its tuning figure says so") {
  std::vector<Experiment> experiments = quadratics();
  const auto fail = [](Curve& curve) {
    curve.no_rate_works = true;
    std::fill(curve.tune_losses.begin(), curve.tune_losses.end(), std::numeric_limits<double>::infinity());
  };
  std::vector<Curve>& curves = experiments[0].curves;
  curves[1].tune_rates.back() = 1e6;
  fail(curves[1]);
  FigurePage page = figures_of(experiments).at(0);
  CHECK_THAT(page.caption, Catch::EndsWith("No rate works for SGD: every one that was tried diverged."));
  CHECK(std::count(page.chart.legend.begin(), page.chart.legend.end(), "SGD") == 0);
  CHECK(page.chart.panels.at(0).note.empty());
  CHECK(page.chart.panels.at(0).x_high < 1e6);  // there is nothing to see
  for (Curve& curve : curves)
    if (!curve.learned) fail(curve);
  page = figures_of(experiments).at(0);
  CHECK(page.chart.panels.at(0).note == "no rate works");
  CHECK(page.chart.panels.at(0).x_low == Approx(1e-4));
  CHECK(page.chart.panels.at(0).x_high == 1e6);
  CHECK_THAT(gnuplot_script(page.chart), Catch::Contains("set label 'no rate works' at screen"));
  CHECK_THAT(chart_json(page.chart), Catch::Contains("\"title\":\"no rate works\""));
}

TEST_CASE("trials of a random search are dots, and the chosen one is marked") {
  std::vector<Experiment> experiments = quadratics();
  Curve& sgd = experiments[0].curves[1];
  sgd.tune_rates = {0.5, 0.1, 0.1, 0.01};
  sgd.tune_losses = {4, 2, 3, 5};
  sgd.tune_settings = {"", "momentum 0.5", "momentum 0.9", ""};
  sgd.learning_rate = 0.1;
  sgd.settings = "momentum 0.5";
  experiments[0].curves.resize(2);
  FigurePage page = figures_of(experiments).at(0);
  const std::vector<Series>& series = page.chart.panels.at(0).series;
  REQUIRE(series.size() == 2);
  CHECK(series[0].drawing == Drawing::markers);
  CHECK(series[0].points.front().x == 0.01);
  CHECK(series[0].points.back().x == 0.5);
  REQUIRE(series[1].points.size() == 1);
  CHECK(series[1].points[0].y == 2);
  CHECK_THAT(page.caption, Catch::Contains("trials of a random search"));
  for (double& rate : sgd.tune_rates) rate = 0.1;  // the rate itself is not searched
  CHECK(figures_of(experiments).empty());
}
