// What a report says of tunings: their states, what they found, what they cost.
#include "harness/reporting/tuning_curve.hpp"

#include <catch2/catch.hpp>

#include "harness/reporting/budget.hpp"
#include "harness/reporting/report_input.hpp"
#include "harness/suite/load.hpp"
#include "tests/unit/harness/store/test_support.hpp"

using namespace l2l;

namespace {

constexpr const char* kTunedSuite = R"(
name: small
optimizees:
  quad: {kind: quadratic, dimension: 3}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training: {optimizee: quad, horizon: 10, unroll: 5, epochs: 3, learning_rate: 0.01}
  adam: {kind: adam, tune: {low: 0.001, high: 1, points: 3, instances: 2}}
  sgd: {kind: sgd, hyperparameters: {learning_rate: 0.25}, tune: false}
experiments:
  - {name: quad, optimizees: [quad], optimizers: [lstm, adam, sgd], horizon: 10, seeds: 2}
)";

/// What a job could have computed.
JobResult made_up_tuning(const Job& job) {
  JobResult result;
  switch (job.kind) {
    case JobKind::tune:
      result.summary = {{"best", 1.0}, {"loss", 1.0}, {"at_edge", true}};
      result.arrays["rates"] = {{3}, std::vector<double>{0.001, 0.03, 1}};
      result.arrays["losses"] = {{3}, std::vector<double>{3, 2, 1}};
      break;
    case JobKind::meta_train:
    case JobKind::select:
      result.summary = {{"epochs_done", 3}};
      break;
    case JobKind::evaluate:
      result.arrays["losses"] = {{2, 11}, std::vector<float>(22, 1.0F)};
      break;
  }
  return result;
}

}  // namespace

TEST_CASE("a tuning that found nothing, or the edge of its grid, is a state of the curve") {
  const auto adam_of = [](const nlohmann::json& loss, bool at_edge) {
    const test::TemporaryFolder folder;
    const Suite suite = parse_suite(kTunedSuite, "small.yaml");
    const Plan plan = make_plan(suite);
    Store store(folder.path() / "store.sqlite", StoreMode::write);
    for (const Job& job : plan.jobs) {
      JobResult result = made_up_tuning(job);
      if (job.kind == JobKind::tune) result.summary.update({{"loss", loss}, {"at_edge", at_edge}});
      store.put(job, result, 1.0);
    }
    return report_input(suite, plan, store, nullptr).experiments.at(0).curves.at(1);
  };
  CHECK_FALSE(adam_of(1.0, false).edge_of_grid);
  CHECK(adam_of(1.0, true).edge_of_grid);
  CHECK_FALSE(adam_of(1.0, true).no_rate_works);
  CHECK(adam_of(nullptr, true).no_rate_works);
  CHECK_FALSE(adam_of(nullptr, true).edge_of_grid);  // there is no best rate
}

TEST_CASE("budgets are what was evaluated before: tunings, trainings, validation") {
  std::string text = kTunedSuite;
  const std::string rate = "learning_rate: 0.01}";
  text.replace(
      text.find(rate), rate.size(),
      "instances: 2, horizons_per_epoch: 5, validation_instances: 4, seeds: 2, learning_rate: 0.01}");
  text.replace(text.find("kind: adam"), 10, "kind: nag");
  const Suite suite = parse_suite(text, "small.yaml");
  const Plan plan = make_plan(suite);
  const test::TemporaryFolder folder;
  Store store(folder.path() / "store.sqlite", StoreMode::write);
  for (const Job& job : plan.jobs)
    if (job.kind != JobKind::tune) store.put(job, made_up_tuning(job), 1.0);
  CHECK_FALSE(report_input(suite, plan, store, nullptr).experiments[0].curves[1].budget);  // still to do
  for (const Job& job : plan.jobs)
    if (job.kind == JobKind::tune) store.put(job, made_up_tuning(job), 1.0);
  const auto curves = report_input(suite, plan, store, nullptr).experiments[0].curves;
  REQUIRE(curves[0].budget);
  CHECK(curves[0].budget->spent_on == "2 trainings, 60 horizons of 10 steps, validation");
  CHECK(curves[0].budget->functions == 2 * 3 * (5 * 2 + 4) * 11);
  CHECK(curves[0].budget->gradients == 2 * 3 * (5 * 2 * 11 + 4 * 10));
  CHECK(curves[0].budget->seconds == 3);
  REQUIRE(curves[1].budget);
  CHECK(curves[1].budget->spent_on == "3 rates, 2 problems, 10 steps");
  CHECK(curves[1].budget->gradients == 3 * 2 * 10);
  CHECK(curves[1].budget->functions == 3 * 2 * (11 + 10));  // NAG's gradient is taken elsewhere
  std::vector<const Job*> jobs;
  for (const Job& job : plan.jobs) jobs.push_back(&job);
  CHECK(planned_budget(jobs).functions == curves[0].budget->functions + curves[1].budget->functions);
  CHECK(planned_budget(jobs).gradients == curves[0].budget->gradients + curves[1].budget->gradients);
  REQUIRE(curves[2].budget);
  CHECK(curves[2].budget->functions == 0);
  CHECK(curves[2].budget->spent_on == "nothing: taken as it is");
}

TEST_CASE("what a random search found is in the settings of its curve, with its trials") {
  std::string text = kTunedSuite;
  const std::string grid = "{low: 0.001, high: 1, points: 3, instances: 2}";
  text.replace(
      text.find(grid), grid.size(),
      "{instances: 4, search: {trials: 2, halvings: 1, over: {learning_rate: {low: 0.1, high: 1}, beta1: "
      "[0.5, 0.75]}, schedules: [constant, cosine]}}");
  const Suite suite = parse_suite(text, "small.yaml");
  const Plan plan = make_plan(suite);
  const test::TemporaryFolder folder;
  Store store(folder.path() / "store.sqlite", StoreMode::write);
  for (const Job& job : plan.jobs) {
    JobResult result = made_up_tuning(job);
    if (job.kind == JobKind::tune) {
      result.summary = {
          {"best",
           {{"learning_rate", 0.25}, {"beta1", 0.75}, {"schedule", {{"kind", "cosine"}, {"final", 0.01}}}}},
          {"trial", 1},
          {"loss", 1.0},
          {"at_edge", false}};
      result.arrays.clear();
      result.arrays["losses"] = {{2}, std::vector<double>{2, 1}};
      result.arrays["problems"] = {{2}, std::vector<double>{2, 4}};
      result.arrays["trial.learning_rate"] = {{2}, std::vector<double>{0.5, 0.25}};
      result.arrays["trial.beta1"] = {{2}, std::vector<double>{0.5, 0.75}};
      result.arrays["trial.schedule"] = {{2}, std::vector<double>{0, 1}};
    }
    store.put(job, result, 1.0);
  }
  const auto adam = report_input(suite, plan, store, nullptr).experiments[0].curves[1];
  CHECK(adam.learning_rate == 0.25);
  CHECK(adam.settings == "beta1 0.75, cosine to 0.01");
  CHECK(adam.tune_rates == std::vector<double>{0.5, 0.25});
  CHECK(adam.tune_settings == std::vector<std::string>{"beta1 0.5", "beta1 0.75, cosine to 0.01"});
  CHECK(adam.budget->spent_on ==
        "2 trials of beta1, learning_rate, schedule, halved 1 time, 4 problems, 10 steps");
  CHECK(adam.budget->gradients == (2 * 2 + 1 * 2) * 10);
}
