// Heat maps: their cells, and the colours that tell the losses.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "reports/charts/gnuplot_script.hpp"
#include "reports/figures/figures.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// The chart of the one figure that the input asks for.
Chart heat_map_of(const ReportInput& input) {
  SummaryCache cache;
  const std::vector<FigurePage> pages = suite_figures(input, StyleBook(input.experiments), cache);
  REQUIRE(pages.size() == 1);
  return pages.front().chart;
}

std::vector<std::string> all_labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> result;
  for (const Tick& tick : ticks) result.push_back(tick.label);
  return result;
}

}  // namespace

TEST_CASE("heat map: a panel per optimizer, a cell per point, in numerical order") {
  const auto curve = [](const char* optimizer, const char* units, const char* layers, float loss) {
    Curve made;
    made.experiment = "sweep";
    made.optimizee = "f";
    made.optimizer = made.label = optimizer;
    made.coordinates = {{"optimizee.hidden_units", units}, {"optimizee.hidden_layers", layers}};
    made.horizon = 1;
    made.seeds = {0, 1};
    made.losses = {{{4, loss}, {4, loss}}};
    return made;
  };
  const float infinity = std::numeric_limits<float>::infinity();
  ReportInput input;
  input.experiments = {{"sweep",
                        "",
                        {curve("adam", "20", "1", 2.0F), curve("adam", "5", "1", 0.5F),
                         curve("adam", "5", "2", infinity), curve("sgd", "20", "2", 3.0F)}}};
  input.figures = {synthetic_heat_map("sweep")};
  const auto chart = [&] { return heat_map_of(input); };
  const Chart made = chart();
  CHECK(all_labels(made.x_ticks) == std::vector<std::string>{"5", "20"});
  CHECK(all_labels(made.y_ticks) == std::vector<std::string>{"1", "2"});
  CHECK(made.x_label == "hidden units");
  CHECK(made.y_label == "hidden layers");
  REQUIRE(made.panels.size() == 2);
  CHECK(made.panels[0].title == "adam");
  CHECK(made.panels[1].title == "sgd");
  const auto value_at = [&](std::size_t panel, double x, double y) {
    for (const HeatCell& cell : made.panels[panel].cells)
      if (cell.x == x && cell.y == y) return cell.value;
    return -1.0;
  };
  CHECK(value_at(0, 0, 0) == 0.5);
  CHECK(value_at(0, 1, 0) == 2);
  CHECK(std::isinf(value_at(0, 0, 1)));
  CHECK(value_at(0, 1, 1) == -1);  // not there
  CHECK(value_at(1, 1, 1) == 3);
  CHECK_FALSE(made.colors.log);  // a factor of six
  CHECK(made.colors.low == 0.5);
  CHECK(made.colors.high == 3);

  const std::string script = gnuplot_script(made);
  const auto cell = [](const char* from, const char* to, const std::string& color) {
    return Catch::Contains(
        fmt::format("rectangle from {} to {} fc rgb '{}' fs solid noborder\n", from, to, color));
  };
  CHECK_THAT(script, cell("-0.5,-0.5", "0.5,0.5", sequential_color(0)));
  CHECK_THAT(script, cell("0.5,-0.5", "1.5,0.5", sequential_color(0.6)));
  CHECK_THAT(script, cell("-0.5,0.5", "0.5,1.5", "#b8b8b8"));
  CHECK_THAT(script, cell("0.5,0.5", "1.5,1.5", sequential_color(1)));
  CHECK_THAT(script, Catch::Contains("set label '0.500' at 0,0 center front tc rgb '#ffffff'"));
  CHECK_THAT(script, Catch::Contains("set label '∞' at 0,1 "));

  input.experiments[0].curves[0].losses = {{{4, 50}, {4, 50}}};
  CHECK(chart().colors.log);
  CHECK_THAT(gnuplot_script(chart()),
             cell("0.5,0.5", "1.5,1.5", sequential_color(std::log(6.0) / std::log(100.0))));
  input.figures[0].log_y = false;
  CHECK_FALSE(chart().colors.log);
  input.figures[0].y_low = 0;
  input.figures[0].y_high = 100;
  CHECK_THAT(gnuplot_script(chart()), cell("0.5,0.5", "1.5,1.5", sequential_color(0.03)));
}

TEST_CASE("a heat map where nothing differs, or nothing converged, still has a scale") {
  ReportInput input = synthetic_run();
  input.figures = {synthetic_heat_map()};
  const float loss = GENERATE(1.0F, 0.0F, std::numeric_limits<float>::infinity());
  for (Experiment& experiment : input.experiments)
    for (Curve& curve : experiment.curves) std::fill(curve.losses.begin(), curve.losses.end(), loss);
  const Chart chart = heat_map_of(input);
  CHECK(chart.colors.low < chart.colors.high);
  CHECK_FALSE(chart.colors.log);
}

TEST_CASE("sequential colours get lighter from end to end, and their letters stay readable") {
  const auto light = [](const std::string& color) {
    const auto channel = [&](std::size_t at) {
      const double value = std::stoi(color.substr(at, 2), nullptr, 16) / 255.0;
      return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  CHECK(sequential_color(-1) == sequential_color(0));
  CHECK(sequential_color(2) == sequential_color(1));
  double before = -1;
  for (int i = 0; i <= 40; ++i) {
    const std::string color = sequential_color(i / 40.0);
    CAPTURE(color);
    CHECK(light(color) > before);
    before = light(color);
    const double letters = light(text_color_on(color));
    CHECK((std::max(before, letters) + 0.05) / (std::min(before, letters) + 0.05) > 4);
  }
}
