// What a step costs, as a curve of a report has it.
#include <catch2/catch.hpp>

#include "harness/plan/estimate.hpp"
#include "harness/reporting/report_input.hpp"
#include "harness/reporting/step_cost.hpp"
#include "harness/suite/load.hpp"
#include "tests/unit/harness/store/test_support.hpp"

using namespace l2l;

namespace {

constexpr const char* kCostSuite = R"(
name: costs
optimizees:
  quad: {kind: quadratic, dimension: 3}
  conv: {kind: convnet, dataset: cifar10, split: {train: {begin: 0, end: 100}, validation: {begin: 100, end: 200}, test: {begin: 200, end: 300}}}
optimizers:
  lstm: {kind: learned, hidden: 4, meta_training: {optimizee: quad, horizon: 10, unroll: 5, epochs: 3, learning_rate: 0.01}}
  nag: {kind: nag, tune: false}
  l-bfgs: {kind: l-bfgs, tune: false}
experiments:
  - {name: quad, optimizees: [quad], optimizers: [lstm, nag, l-bfgs], horizon: 10, seeds: {count: 12, per_job: 4}}
  - {name: conv, optimizees: [conv], optimizers: [nag], horizon: 10, seeds: 4}
)";

}  // namespace

TEST_CASE("the FLOP of a step are those that the plan counts, a gradient and the optimizer's update") {
  const Suite suite = parse_suite(kCostSuite, "costs.yaml");
  for (const Cell& cell : suite.experiments[0].cells)
    CHECK(step_flop(cell.optimizee, cell.optimizer) * 10 * 12 ==
          Approx(estimate_evaluate(cell.optimizee, cell.optimizer, 10, 12).flop));
  const Cell& conv = suite.experiments[1].cells[0];  // the plan weighs FLOP by the time they take
  CHECK(step_flop(conv.optimizee, conv.optimizer) * 10 * 4 >
        1.1 * estimate_evaluate(conv.optimizee, conv.optimizer, 10, 4).flop);
}

TEST_CASE("a step of a baseline costs what the hyperparameters cost that tuning found") {
  const Suite suite = parse_suite(kCostSuite, "costs.yaml");
  const Cell& cell = suite.experiments[0].cells[2];
  CHECK(step_cost(cell, {{"history", 50}}, {}).flop > step_cost(cell, {{"history", 5}}, {}).flop);
  CHECK_FALSE(step_cost(cell, {}, {}).seconds);
  CHECK(step_cost(cell, {}, {8, 1, 3}).seconds == 3);
  CHECK(step_cost(cell, {}, {8, 1, 3}).gradients == 1);
}

TEST_CASE("a curve has the measured seconds of a step: the median over its stored evaluations") {
  const Suite suite = parse_suite(kCostSuite, "costs.yaml");
  const Plan plan = make_plan(suite);
  const test::TemporaryFolder folder;
  Store store(folder.path() / "store.sqlite", StoreMode::write);
  const auto nag = [&] { return report_input(suite, plan, store, nullptr).experiments[0].curves[1]; };
  REQUIRE(nag().step_cost);
  CHECK(nag().step_cost->flop > 0);  // known before anything has run
  CHECK_FALSE(nag().step_cost->seconds);
  JobResult result;
  result.arrays["losses"] = {{4, 11}, std::vector<float>(44, 1.0F)};
  double seconds = 1;
  for (const std::size_t index : plan.cells[0][1].evaluate) store.put(plan.jobs[index], result, seconds *= 2);
  CHECK(*nag().step_cost->seconds == Approx(4.0 / (4 * 10)));  // of 2, 4 and 8 seconds
}
