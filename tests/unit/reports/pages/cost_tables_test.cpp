// What steps cost, and what baselines have at the cost of a learned optimizer.
#include <catch2/catch.hpp>

#include "core/json.hpp"
#include "reports/pages/cost_tables.hpp"
#include "reports/pages/json_report.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/results/equal_cost.hpp"
#include "reports/results/report_input.hpp"
#include "reports/text/units.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// Losses of one seed: 8, 7, 6, ... at steps 0, 1, 2, ...
Curve costly_curve(const std::string& optimizer, int horizon, double flop, std::optional<double> seconds) {
  Curve curve;
  curve.experiment = "e";
  curve.optimizee = "f";
  curve.optimizer = optimizer;
  curve.horizon = horizon;
  curve.seeds = {0};
  curve.losses = xt::xtensor<float, 3>({1, 1, static_cast<std::size_t>(horizon) + 1});
  for (int t = 0; t <= horizon; ++t) curve.losses(0, 0, t) = 8.0F - static_cast<float>(t);
  curve.step_cost = StepCost{1, flop, seconds};
  return curve;
}

/// An LSTM of 2 steps and 300 FLOP each; SGD ran as long as that buys, ADAM not, BFGS costs more.
std::vector<Experiment> costly_experiments() {
  Curve lstm = costly_curve("lstm", 2, 300, 0.02);
  lstm.learned = true;
  return {{"e",
           "E",
           {lstm, costly_curve("sgd", 7, 100, 0.005), costly_curve("adam", 4, 100, std::nullopt),
            costly_curve("bfgs", 3, 400, 0.1)}}};
}

}  // namespace

TEST_CASE("costs are printed in units of readable numbers") {
  CHECK(flop_text(0) == "0 FLOP");
  CHECK(flop_text(999) == "999 FLOP");
  CHECK(flop_text(1e3) == "1.00 kFLOP");
  CHECK(flop_text(2.05e9) == "2.05 GFLOP");
  CHECK(flop_text(3e15) == "3000 TFLOP");
  CHECK(time_text(12.3) == "12.3 s");
  CHECK(time_text(1.3e-3) == "1.30 ms");
  CHECK(time_text(4.56e-5) == "45.6 µs");
  CHECK(time_text(5e-10) == "0.500 ns");
}

TEST_CASE("the table of costs has every optimizer's step and how many times the least it is") {
  SummaryCache cache;
  const std::vector<Experiment> all = costly_experiments();
  CHECK(markdown_table(cost_tables(all, cache).at(0).steps) ==
        "| Optimizer | Gradients a step | FLOP a step | × | Time a step | × |\n"
        "|---|---:|---:|---:|---:|---:|\n"
        "| lstm | 1 | 300 FLOP | 3.0 | 20.0 ms | 4.0 |\n"
        "| sgd | 1 | 100 FLOP | 1.0 | 5.00 ms | 1.0 |\n"
        "| adam | 1 | 100 FLOP | 1.0 | – | – |\n"
        "| bfgs | 1 | 400 FLOP | 4.0 | 100 ms | 20 |\n");
  CHECK(step_cost_csv(all) ==
        "experiment,optimizee,optimizer,horizon,gradients,flop,flop_ratio,seconds,seconds_ratio\r\n"
        "e,f,lstm,2,1,300,3,0.02,4\r\ne,f,sgd,7,1,100,1,0.005,1\r\n"
        "e,f,adam,4,1,100,1,,\r\ne,f,bfgs,3,1,400,4,0.1,20\r\n");
}

TEST_CASE("at equal cost a baseline has its loss there, or is said to have run only so far") {
  SummaryCache cache;
  const std::vector<Experiment> all = costly_experiments();
  CHECK(markdown_table(cost_tables(all, cache).at(0).equal) ==
        "| At the cost of | Its loss | Optimizer | Steps for its FLOP | Loss there | Steps in its time | "
        "Loss there "
        "|\n"
        "|---|---:|---|---:|---:|---:|---:|\n"
        "| lstm, 2 steps | 6.00 | sgd | 6 | 2.00 | 8 | (1.00 at 7) |\n"
        "| lstm, 2 steps | 6.00 | adam | 6 | (4.00 at 4) | – | – |\n"
        "| lstm, 2 steps | 6.00 | bfgs | 1 | 7.00 | 0 | 8.00 |\n");
  CHECK(equal_cost_csv(all, cache) ==
        "experiment,optimizee,optimizer,learned,cost,horizon,learned_loss,steps,step,reached,loss,"
        "standard_error\r\n"
        "e,f,sgd,lstm,flop,2,6,6,6,true,2,\r\ne,f,sgd,lstm,seconds,2,6,8,7,false,1,\r\n"
        "e,f,adam,lstm,flop,2,6,6,4,false,4,\r\n"
        "e,f,bfgs,lstm,flop,2,6,1,1,true,7,\r\ne,f,bfgs,lstm,seconds,2,6,0,0,true,8,\r\n");
  ReportInput input;
  input.experiments = all;
  const auto json = nlohmann::json::parse(json_report(input, {}, {}, cache, std::nullopt))["experiments"][0];
  CHECK(json["curves"][0]["step_cost"] ==
        nlohmann::json({{"gradients", 1.0}, {"flop", 300.0}, {"seconds", 0.02}}));
  CHECK(json["curves"][2]["step_cost"]["seconds"].is_null());
  REQUIRE(json["equal_cost"].size() == 5);
  CHECK(json["equal_cost"][1]["optimizer"] == "sgd");
  CHECK(json["equal_cost"][1]["cost"] == "seconds");
  CHECK(json["equal_cost"][1]["reached"] == false);
  CHECK(json["equal_cost"][1]["loss"]["mean"] == 1.0);
}

TEST_CASE("equal cost needs both costs, data, and a learned optimizer at the same point") {
  std::vector<Experiment> all = costly_experiments();
  for (std::size_t i : {0U, 1U}) all[0].curves[i].coordinates = {{"optimizee.dimension", "2"}};
  all[0].curves[1].step_cost.reset();
  SummaryCache cache;
  CHECK(cost_tables(all, cache).at(0).equal.empty());
  CHECK(cost_tables(all, cache).at(0).steps.columns.at(0).title == "Point");
  all = costly_experiments();
  all[0].curves[0].seeds.clear();
  SummaryCache fresh;
  CHECK(cost_tables(all, fresh).at(0).equal.empty());
  // three tenths in steps of a tenth are three, whatever rounding says
  Curve lstm = costly_curve("lstm", 1, 0.3, std::nullopt);
  lstm.learned = true;
  all = {{"e", "E", {lstm, costly_curve("sgd", 5, 0.1, std::nullopt)}}};
  REQUIRE(equal_costs(sweep_points(all[0]).at(0)).size() == 1);
  CHECK(equal_costs(sweep_points(all[0]).at(0)).at(0).steps == 3);
}

TEST_CASE("the section of costs says what was counted, and folds what is long") {
  SummaryCache cache;
  std::vector<Experiment> all = costly_experiments();
  const std::string text = cost_section(cost_tables(all, cache));
  CHECK_THAT(text, Catch::StartsWith("## Cost of a step\n\n### E\n\n| Optimizer |") &&
                       Catch::Contains("jobs side by side") && Catch::Contains("in brackets") &&
                       !Catch::Contains("<details>"));
  for (int i = 0; i < 6; ++i) {
    std::vector<Experiment> more = costly_experiments();
    for (Curve& curve : more[0].curves) {
      curve.coordinates = {{"optimizee.dimension", std::to_string(i)}};
      all[0].curves.push_back(curve);
    }
  }
  SummaryCache fresh;
  CHECK_THAT(cost_section(cost_tables(all, fresh)), Catch::Contains("<details>"));
  CHECK(cost_section({}).empty());
}
