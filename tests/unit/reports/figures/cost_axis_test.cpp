// Figures over what steps cost, in place of steps.
#include <algorithm>

#include <catch2/catch.hpp>

#include "reports/charts/json.hpp"
#include "reports/figures/figures.hpp"
#include "tests/unit/reports/synthetic.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// One figure of the synthetic run over steps and over a cost; `costs` may change what steps cost.
struct Drawn {
  explicit Drawn(
      const std::string& name, Cost x, void (*costs)(Curve&) = [](Curve&) {})
      : input(synthetic_run()) {
    const auto found = std::find_if(input.figures.begin(), input.figures.end(),
                                    [&](const Figure& figure) { return figure.name == name; });
    REQUIRE(found != input.figures.end());
    input.figures = {*found};
    for (Experiment& experiment : input.experiments)
      for (Curve& curve : experiment.curves) costs(curve);
    steps = pages(Cost::steps);
    cost = pages(x);
  }

  std::vector<FigurePage> pages(Cost x) {
    SummaryCache cache;
    input.figures[0].x = x;
    return suite_figures(input, StyleBook(input.experiments), cache);
  }

  ReportInput input;
  std::vector<FigurePage> steps, cost;
};

const Series& of(const FigurePage& page, const std::string& label, std::size_t panel = 0) {
  const auto& series = page.chart.panels.at(panel).series;
  const auto found =
      std::find_if(series.begin(), series.end(), [&](const Series& one) { return one.label == label; });
  REQUIRE(found != series.end());
  return *found;
}

}  // namespace

TEST_CASE("over a cost a curve is the same, and x is the cost from the start of the evaluation") {
  const Drawn drawn("quadratics", Cost::flop);
  const FigurePage &steps = drawn.steps.at(0), &flop = drawn.cost.at(0);
  CHECK(flop.chart.x_label == "MFLOP a problem");
  CHECK(flop.chart.panels[0].x_low == 0);
  CHECK_FALSE(flop.chart.log_x);
  CHECK(flop.chart.panels[0].x_high == Approx(900));
  for (const auto& [label, per_step] : {std::pair("LSTM", 9.0), std::pair("ADAM", 1.0)}) {
    const auto &by_step = of(steps, label).points, &by_cost = of(flop, label).points;
    REQUIRE(by_cost.size() == by_step.size());
    for (std::size_t i = 0; i < by_step.size(); ++i) {
      CHECK(by_cost[i].x == Approx(by_step[i].x * per_step));
      CHECK(by_cost[i].y == by_step[i].y);
      CHECK(by_cost[i].high == by_step[i].high);
    }
  }
  CHECK_THAT(flop.caption,
             Catch::StartsWith("Loss over FLOP, mean over 64 seeds") &&
                 Catch::Contains("tuning and meta-training took before is in the table of budgets") &&
                 Catch::Contains("those of a gradient and of the optimizer's update"));
  CHECK(steps.chart.x_label == "step");
  CHECK_THAT(steps.caption, Catch::StartsWith("Loss over steps,") && !Catch::Contains("budgets"));
  CHECK(flop.last_step == 100);  // it shows claims about that step
  CHECK_THAT(chart_json(flop.chart), Catch::Contains("\"linesDifferInX\":true"));
  CHECK_THAT(chart_json(steps.chart), !Catch::Contains("linesDifferInX"));
}

TEST_CASE("over evaluations x counts the gradients that an optimizer asks for") {
  const Drawn drawn("quadratics", Cost::evaluations, [](Curve& curve) {
    if (curve.optimizer == "sgd") curve.step_cost->gradients = 2;
  });
  CHECK(drawn.cost.at(0).chart.x_label == "gradient evaluations");
  CHECK(of(drawn.cost[0], "SGD").points.back().x == 200);
  CHECK(of(drawn.cost[0], "LSTM").points.back().x == 100);
  CHECK(drawn.cost[0].chart.panels[0].x_high == 200);
}

TEST_CASE("over time what was not measured is left out, with a word") {
  const Drawn drawn("quadratics", Cost::seconds, [](Curve& curve) {
    if (curve.optimizer == "sgd") curve.step_cost->seconds.reset();
    if (curve.optimizer == "nag") curve.step_cost.reset();
  });
  const FigurePage& page = drawn.cost.at(0);
  CHECK(page.chart.x_label == "measured time of a problem (s)");
  CHECK(page.chart.panels[0].x_high == Approx(1.2));
  CHECK(std::count(page.chart.legend.begin(), page.chart.legend.end(), "SGD") == 0);
  CHECK_THAT(page.caption, Catch::Contains("jobs side by side") &&
                               Catch::EndsWith("Left out, for its cost is not known: NAG, SGD."));
  const Drawn nothing("quadratics", Cost::seconds, [](Curve& curve) { curve.step_cost->seconds.reset(); });
  CHECK(nothing.cost.empty());
  CHECK(nothing.steps.size() == 1);
}

TEST_CASE("x is logarithmic where one line ends at more than ten times the cost of another") {
  const Drawn far("quadratics", Cost::flop, [](Curve& curve) {
    if (curve.learned) curve.step_cost->flop = 10.5e6;
  });
  const Chart& chart = far.cost.at(0).chart;
  CHECK(chart.log_x);
  CHECK(chart.panels[0].x_low == Approx(1e-3));  // GFLOP: a step of a baseline
  CHECK(chart.panels[0].x_high == Approx(1.05));
  CHECK(of(far.cost[0], "LSTM").points.front().x == Approx(0.0105));
  CHECK(of(far.cost[0], "LSTM").points.size() == 100);
  CHECK_THAT(far.cost[0].caption, Catch::EndsWith("x is logarithmic: lines begin behind their first step."));
  CHECK_FALSE(far.steps.at(0).chart.log_x);
  CHECK(of(far.steps[0], "LSTM").points.size() == 101);
}

TEST_CASE("quantiles and steps in the middle are drawn over costs, too") {
  Drawn drawn("quantiles", Cost::flop);
  drawn.input.figures[0].first_step = 10;
  drawn.input.figures[0].last_step = 20;
  const FigurePage page = drawn.pages(Cost::flop).at(0);
  CHECK(page.chart.panels[0].x_low == Approx(10));  // of the baselines
  CHECK(page.chart.panels[0].x_high == Approx(180));
  CHECK(of(page, "LSTM").points.front().x == Approx(90));
  CHECK(of(page, "LSTM").points.front().y == of(drawn.steps.at(0), "LSTM").points.at(10).y);
}

TEST_CASE("the share of runs that reached a target is a function of the cost of their steps") {
  const Drawn drawn("reached", Cost::seconds);
  const FigurePage &steps = drawn.steps.at(0), &time = drawn.cost.at(0);
  CHECK(time.chart.panels[0].x_high == Approx(2.4));
  for (const auto& [label, per_step] : {std::pair("LSTM", 0.012), std::pair("ADAM", 0.001)}) {
    const auto &by_step = of(steps, label).points, &by_cost = of(time, label).points;
    REQUIRE(by_cost.size() + 1 == by_step.size());  // x is logarithmic
    CHECK(by_step.front().y < by_step.back().y);
    for (std::size_t i = 0; i < by_cost.size(); ++i) {
      CHECK(by_cost[i].x == Approx(by_step[i + 1].x * per_step));
      CHECK(by_cost[i].y == by_step[i + 1].y);
    }
  }
  CHECK_THAT(time.caption, Catch::Contains("at a cost or before"));
}

TEST_CASE("runs of one optimizer whose steps cost differently reach a target each at its own cost") {
  Drawn drawn("reached", Cost::flop, [](Curve& curve) {
    if (curve.coordinates.contains("optimizee.hidden_units") &&
        curve.coordinates.at("optimizee.hidden_units") == "40")
      curve.step_cost->flop *= 2;
  });
  const auto& points = of(drawn.cost.at(0), "ADAM").points;
  CHECK(points.back().x == Approx(0.4));  // GFLOP
  const auto& mnist = drawn.input.experiments[1].curves;
  for (const ChartPoint& point : points) {
    double reached = 0, runs = 0;
    for (const Curve& curve : mnist) {
      if (curve.optimizer != "adam") continue;
      for (std::size_t seed = 0; seed < curve.seeds.size(); ++seed, ++runs) {
        bool yet = false;
        for (int t = 0; t <= 200 && t * curve.step_cost->flop <= point.x * 1e9 * (1 + 1e-9); ++t)
          yet = yet || curve.losses(0, seed, t) <= 0.4;
        reached += yet ? 1 : 0;
      }
    }
    CHECK(point.y == Approx(reached / runs));
  }
}
