// Keys of baselines: how they are tuned, schedules, and the axes of optimizers.
#include <map>

#include <catch2/catch.hpp>

#include "harness/suite/optimizer_axes.hpp"
#include "harness/suite/schema.hpp"
#include "tests/unit/harness/plan/tiny_suite.hpp"

using namespace l2l;
using namespace l2l::test;

TEST_CASE("a grid that does not go on has the keys from before it could") {
  CHECK(keys(plan_of(tiny_with("points: 3", "points: 3, widen: 0"))) == keys(plan_of(tiny())));
}

TEST_CASE("a constant rate has the keys from before there were schedules") {
  CHECK(keys(plan_of(tiny_with("{kind: sgd}", "{kind: sgd, schedule: constant}"))) == keys(plan_of(tiny())));
}

TEST_CASE("what a schedule or a search has is in its keys, and nothing else") {
  const auto with = [](const std::string& fields) {
    return keys(plan_of(tiny_with("{kind: sgd}", "{kind: sgd, " + fields + "}")));
  };
  CHECK(with("schedule: {kind: cosine, drops: 5}") == with("schedule: cosine"));
  CHECK(with("schedule: {kind: cosine, final: 0.2}") != with("schedule: cosine"));
  CHECK(with("schedule: {kind: step, drops: 5}") != with("schedule: step"));
  CHECK(with("schedule: {kind: cosine, warm_up: 0.1}") != with("schedule: cosine"));
  const std::string search = "tune: {instances: 4, search: {trials: 8, over: {learning_rate: ";
  const auto plain = with(search + "{low: 0.1, high: 1}}}}");
  CHECK(with(search + "{low: 0.1, high: 1, draw: log-uniform}}, halvings: 0}}") == plain);
  CHECK(with("tune: {instances: 4, points: 27, search: {trials: 8, over: {learning_rate: {low: 0.1, high: "
             "1}}}}") == plain);
  for (const char* other :
       {"{low: 0.2, high: 1}}}}", "{low: 0.1, high: 2}}}}", "{low: 0.1, high: 1, draw: uniform}}}}",
        "[0.1, 1]}}}", "{low: 0.1, high: 1}}, halvings: 1}}",
        "{low: 0.1, high: 1}}, schedules: [cosine]}}"}) {
    CAPTURE(other);
    CHECK(with(search + other) != plain);
  }
}

TEST_CASE("axes change what they name, and a trained optimizer's own optimizee not at all") {
  // One value per axis that differs from the tiny suite's; axes of other kinds of optimizees: kinds_test.
  const std::map<std::string, std::string> values = {
      {"horizon", "19"},
      {"optimizee.hidden_units", "7"},
      {"optimizee.hidden_layers", "3"},
      {"optimizee.activation", "relu"},
      {"optimizee.init_stddev", "0.5"},
      {"optimizee.batch", "9"},
      {"optimizee.dimension", "6"},
      {"optimizee.distribution", "uniform"},
      {"optimizee.condition", "50"},
      {"optimizer.architecture", "ntm-bfgs"},
      {"optimizer.global_cells", "3"},
      {"optimizer.read_heads", "2"},
      {"optimizer.write_heads", "2"},
      {"optimizer.memory_init", "0.5"},
      {"optimizer.head_init", "0.1"},
      {"optimizer.history", "7"},
      {"optimizer.hidden", "5"},
      {"optimizer.layers", "1"},
      {"optimizer.trained_horizon", "12"},
      {"optimizer.unroll", "4"},
      {"optimizer.alpha", "0.8"},
      {"optimizer.beta1", "0.7"},
      {"optimizer.beta2", "0.8"},
      {"optimizer.dampening", "0.1"},
      {"optimizer.epsilon", "0.1"},
      {"optimizer.etaminus", "0.4"},
      {"optimizer.etaplus", "1.3"},
      {"optimizer.initial_mean", "1"},
      {"optimizer.kingma_epsilon", "1"},
      {"optimizer.learning_rate", "0.3"},
      {"optimizer.momentum", "0.8"},
      {"optimizer.stepsize", "0.2"},
      {"optimizer.stepsizemax", "20"},
      {"optimizer.stepsizemin", "0.001"},
      {"optimizer.weight_decay", "0.2"},
      {"optimizer.adamw_share", "0.5"},
      {"optimizer.match_rms", "1"},
      {"optimizer.momentum_decay", "0.01"},
      {"optimizer.newton_schulz_epsilon", "1e-6"},
      {"optimizer.newton_schulz_steps", "4"},
      {"optimizer.schedule", "cosine"},
      {"optimizer.final_rate", "0.2"},
      {"optimizer.warm_up", "0.3"},
  };
  const std::string coupled =
      tiny_with("    hidden: 4\n", "    hidden: 4\n    architecture: ntm-l-bfgs\n    global_cells: 2\n");
  const std::string spectrum = replace_all(coupled, "dimension: 3", "dimension: 3, distribution: spectrum");
  std::string head = spectrum.substr(0, spectrum.find("experiments:"));
  std::string baselines, without_matrices;
  for (const Rule& rule : rules()) {
    head += fmt::format("  x-{}: {{kind: {}, tune: false, schedule: step}}\n", rule.name, rule.name);
    baselines += ", x-" + rule.name;
    if (rule.matrix_cost == nullptr) without_matrices += ", x-" + rule.name;
  }
  std::size_t moved_axes = 0;
  for (const schema::Field& axis : suite::axes()) {
    CAPTURE(axis.name);
    if (!values.contains(axis.name)) {
      REQUIRE(axis.name.starts_with("optimizee."));
      continue;
    }
    ++moved_axes;
    const bool quadratic = axis.name == "optimizee.dimension" || axis.name == "optimizee.distribution" ||
                           axis.name == "optimizee.condition";
    const auto planned = [&](const std::string& points) {
      return plan_of(head + "experiments:\n  - {name: a, optimizees: [" + (quadratic ? "quad" : "mlp") +
                     "], optimizers: [lstm, sgd" + (quadratic ? without_matrices : baselines) +
                     "], horizon: 20, tune_horizon: 10, seeds: 1" + points + "}\n");
    };
    const Plan plain = planned("");
    const Plan moved = planned(", points: [{" + axis.name + ": " + values.at(axis.name) + "}]");
    const auto config = [](const Plan& plan, JobKind kind) {
      for (const Job& job : plan.jobs)
        if (job.kind == kind) return job.config;
      return nlohmann::json();
    };
    const std::string field = axis.name.substr(axis.name.find('.') + 1);
    const bool of_optimizer = axis.name.starts_with("optimizer.");
    const bool of_schedule = field == "schedule" || field == "final_rate" || field == "warm_up";
    const bool of_learned =
        of_optimizer &&
        suite::has_axis(OptimizerSpec{.name = "", .label = "", .learned = LearnedSpec{}, .baseline = {}},
                        field);
    CHECK((config(moved, JobKind::meta_train) != config(plain, JobKind::meta_train)) == of_learned);
    CHECK((config(moved, JobKind::tune) != config(plain, JobKind::tune)) ==
          ((!of_optimizer && axis.name != "horizon") || field == "schedule" || field == "warm_up"));
    for (const Rule& rule : rules()) {
      CAPTURE(rule.name);
      const auto evaluated = [&](const Plan& plan) {
        for (const Job& job : plan.jobs)
          if (job.config.contains("optimizer") && job.config.at("optimizer").value("rule", "") == rule.name &&
              job.config.at("optimizer").at("tuned").is_null())
            return job.config.at("optimizer");
        return nlohmann::json();
      };
      CHECK((evaluated(moved) != evaluated(plain)) ==
            (of_optimizer && (of_schedule || rule.bounds.contains(field))));
    }
    CHECK(keys(moved) != keys(plain));
  }
  CHECK(moved_axes == values.size());
}
