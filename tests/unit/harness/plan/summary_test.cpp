// Counts, time and memory of a plan; the command that prints them leaves no trace.
#include "harness/plan/summary.hpp"

#include <unistd.h>

#include <set>

#include <catch2/catch.hpp>

#include "harness/plan/estimate.hpp"
#include "tests/unit/harness/suite/corpus.hpp"

using namespace l2l;
using namespace l2l::test;

namespace {

Plan three_jobs() {
  Plan plan;
  const auto add = [&](JobKind kind, const std::string& key, std::vector<std::string> reads, double flop,
                       std::size_t bytes) {
    Job job;
    job.kind = kind;
    job.key = key;
    job.reads = std::move(reads);
    job.flop = flop;
    job.bytes = bytes;
    plan.jobs.push_back(job);
  };
  add(JobKind::tune, "t", {}, 3 * kAssumedFlopPerSecond, 100);
  add(JobKind::evaluate, "a", {"t"}, 4 * kAssumedFlopPerSecond, 300);
  add(JobKind::evaluate, "b", {}, 2 * kAssumedFlopPerSecond, 200);
  return plan;
}

OptimizeeSpec mlp_spec() {
  return {"mnist", "", "mlp", {}};
}

}  // namespace

TEST_CASE("with nothing stored, time comes from the assumed rate, and chains are not shortened by cores") {
  const PlanSummary summary = summarise(three_jobs(), [](const std::string&) { return std::nullopt; });
  CHECK(summary.total.jobs == 3);
  CHECK(summary.total.to_do() == 3);
  CHECK_FALSE(summary.total.measured);
  CHECK(summary.total.seconds == Approx(9));
  CHECK(summary.longest_chain == Approx(7));
  CHECK(summary.wall_seconds(1) == Approx(9));
  CHECK(summary.wall_seconds(8) == Approx(7));
  CHECK(summary.largest_bytes == 300);
}

TEST_CASE("stored jobs count as done and tell the rate of their kind") {
  const PlanSummary summary = summarise(three_jobs(), [](const std::string& key) -> std::optional<StoredJob> {
    if (key == "t") return StoredJob{true, std::nullopt};
    if (key == "a") return StoredJob{false, 40};  // ten times slower than assumed
    return std::nullopt;
  });
  CHECK(summary.total.stored == 1);
  CHECK(summary.total.elsewhere == 1);
  CHECK(summary.kinds[0].elsewhere == 1);  // tune
  CHECK(summary.kinds[3].stored == 1);     // evaluate
  CHECK(summary.total.to_do() == 1);
  CHECK(summary.total.measured);
  CHECK(summary.total.seconds == Approx(20));
  CHECK(summary.largest_bytes == 200);
}

TEST_CASE("a memory that does not fit is refused before anything runs") {
  Suite suite;
  suite.path = "some.yaml";
  Cell cell;
  cell.optimizee = mlp_spec();
  cell.trained_on = cell.optimizee;
  cell.optimizer.name = "ntm";
  cell.optimizer.learned = LearnedSpec{};
  ArchitectureSpec& architecture = cell.optimizer.learned->architecture;
  const auto refusal = [&](std::size_t budget) -> std::string {
    suite.experiments = {{"e", "e", {cell}}};
    try {
      check_memory(suite, budget);
      return "";
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::suite);
      return error.what();
    }
  };
  constexpr std::size_t kGigabyte = 1'000'000'000;
  CHECK(refusal(kGigabyte).empty());
  architecture.kind = Architecture::ntm_bfgs;
  const std::string told = refusal(kGigabyte);
  CHECK(told.find("some.yaml: optimizer 'ntm' on optimizee 'mnist'") != std::string::npos);
  CHECK(told.find("15910 coordinates needs 1.01 GB") != std::string::npos);
  CHECK(told.find("ntm-l-bfgs") != std::string::npos);
  CHECK(refusal(2 * kGigabyte).find("needs 2.03 GB") != std::string::npos);  // of its training
  CHECK(refusal(3 * kGigabyte).empty());
  CHECK(estimate_meta_train(cell.trained_on, *cell.optimizer.learned, 1).bytes > 2 * kGigabyte);
  CHECK(estimate_evaluate(cell.optimizee, cell.optimizer, 100, 1).bytes > kGigabyte);
  architecture.kind = Architecture::ntm_l_bfgs;
  CHECK(refusal(kGigabyte).empty());
  CHECK(estimate_meta_train(cell.trained_on, *cell.optimizer.learned, 1).bytes < kGigabyte);
}

TEST_CASE("estimates follow the sizes") {
  OptimizeeSpec mlp = mlp_spec();
  CHECK(coordinates_of(mlp) == 15910);  // 784-20-10, as in the paper
  mlp.settings["hidden"] = {20, 20};
  CHECK(coordinates_of(mlp) == 15910 + 420);
  const OptimizeeSpec quadratic{"quadratic", "", "quadratic", {}};
  CHECK(coordinates_of(quadratic) == 10);
  OptimizerSpec lstm, sgd, bfgs;
  lstm.learned = LearnedSpec{};
  sgd.baseline = BaselineSpec{.rule = "sgd", .hyperparameters = {}, .schedule = {}, .tuning = {}};
  bfgs.baseline = BaselineSpec{.rule = "bfgs", .hyperparameters = {}, .schedule = {}, .tuning = {}};
  const Estimate one = estimate_evaluate(mlp, lstm, 100, 1), four = estimate_evaluate(mlp, lstm, 100, 4);
  CHECK(four.flop == Approx(4 * one.flop));
  CHECK(estimate_evaluate(mlp, lstm, 200, 1).flop == Approx(2 * one.flop));
  CHECK(one.flop > 5 * estimate_evaluate(mlp, sgd, 100, 1).flop);
  CHECK(estimate_evaluate(mlp, bfgs, 100, 1).bytes > 15910.0 * 15910 * sizeof(double));
  LearnedSpec learned;
  CHECK(estimate_meta_train(mlp, learned, 10).flop == Approx(10 * estimate_meta_train(mlp, learned, 1).flop));
  CHECK(estimate_meta_train(mlp, learned, 1).bytes > coordinates_of(mlp) * sizeof(float) * 20);
  CHECK(four.bytes > 2 * one.bytes);  // functions run side by side
  // What a plan counts of a gradient is what the shape says: the inputs of the first layer need none.
  const double gradients = 100 * (2.0 * 128 * (2 * 784 * 20 + 3 * (20 * 20 + 20 * 10)));
  CHECK(estimate_evaluate(mlp, sgd, 100, 1).flop > gradients);
  CHECK(estimate_evaluate(mlp, sgd, 100, 1).flop < 1.05 * gradients);
  OptimizerSpec muon;
  muon.baseline = BaselineSpec{.rule = "muon", .hyperparameters = {}, .schedule = {}, .tuning = {}};
  const double products = 100 * 5 * (4.0 * 20 * 20 * 784 + 4.0 * 20 * 20 * 20 + 4.0 * 10 * 10 * 20);
  CHECK(estimate_evaluate(mlp, muon, 100, 1).flop > gradients + products);
  CHECK(estimate_evaluate(mlp, muon, 100, 1).flop < 1.05 * (gradients + products));
  learned.training.instances = 128;
  LearnedSpec kept = learned;
  kept.training.second_derivatives = true;
  const Estimate without = estimate_meta_train(quadratic, learned, 1),
                 with = estimate_meta_train(quadratic, kept, 1);
  CHECK(with.flop > without.flop);
  CHECK(with.bytes > 2 * without.bytes);  // all coordinates record h and c of every step
}

TEST_CASE("estimates of training and tuning grow with all that makes them longer") {
  const OptimizeeSpec mlp = mlp_spec();
  LearnedSpec learned;
  learned.training.validation_instances = 1;
  const Estimate base = estimate_meta_train(mlp, learned, 1);
  const auto training = [&](auto change) {
    LearnedSpec other = learned;
    change(other);
    return estimate_meta_train(mlp, other, 1);
  };
  CHECK(training([](LearnedSpec& l) { l.training.horizon *= 3; }).flop == Approx(3 * base.flop));
  CHECK(training([](LearnedSpec& l) { l.training.instances *= 3; }).flop ==
        Approx(3 * base.flop).epsilon(0.1));
  CHECK(training([](LearnedSpec& l) { l.training.validation_instances += 1000; }).flop > 2 * base.flop);
  CHECK(training([](LearnedSpec& l) { l.architecture.lstm.layers += 1; }).flop > 1.3 * base.flop);
  // A gradient of every coordinate is recorded at every step of an unroll.
  CHECK(training([](LearnedSpec& l) { l.training.unroll += 100; }).bytes >=
        base.bytes + static_cast<std::size_t>(100 * learned.training.instances) * 15910 * sizeof(float));

  BaselineSpec baseline{.rule = "sgd", .hyperparameters = {}, .schedule = {}, .tuning = {}};
  const double tune = estimate_tune(mlp, baseline, 100).flop;
  CHECK(estimate_tune(mlp, baseline, 300).flop == Approx(3 * tune));
  baseline.tuning.points *= 2;
  baseline.tuning.instances *= 3;
  CHECK(estimate_tune(mlp, baseline, 100).flop == Approx(6 * tune));
  baseline.tuning.target.step = 50;
  CHECK(estimate_tune(mlp, baseline, 100).flop == Approx(3 * tune));
}

TEST_CASE("a random search costs the trajectories of all its rounds") {
  BaselineSpec baseline{.rule = "sgd", .hyperparameters = {}, .schedule = {}, .tuning = {}};
  const double one = estimate_tune(mlp_spec(), baseline, 100).flop / (27 * 16);
  baseline.tuning.search = RandomSearch{.trials = 12, .halvings = 0, .over = {}, .schedules = {}};
  CHECK(estimate_tune(mlp_spec(), baseline, 100).flop == Approx(12 * 16 * one));
  baseline.tuning.search->halvings = 2;  // 12 on 4 problems, 6 on 4 more, 3 on 8 more
  CHECK(estimate_tune(mlp_spec(), baseline, 100).flop == Approx((12 * 4 + 6 * 4 + 3 * 8) * one));
  const auto rounds = rounds_of({.trials = 7, .halvings = 2, .over = {}, .schedules = {}}, 6);
  REQUIRE(rounds.size() == 3);
  CHECK(rounds[0].trials == 7);
  CHECK(rounds[1].trials == 4);
  CHECK(rounds[2].trials == 2);
  CHECK(rounds[0].problems == 2);
  CHECK(rounds[1].problems == 3);
  CHECK(rounds[2].problems == 6);
}
