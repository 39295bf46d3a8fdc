// What becomes of a suite: jobs, their order, their keys.
#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "tests/unit/harness/plan/tiny_suite.hpp"

using namespace l2l;
using namespace l2l::test;

namespace {

std::map<JobKind, int> counts(const Plan& plan) {
  std::map<JobKind, int> result;
  for (const Job& job : plan.jobs) ++result[job.kind];
  return result;
}

}  // namespace

TEST_CASE("a plan is pure: the same suite gives the same plan") {
  const Suite suite = parse_suite(tiny(), "test.yaml");
  CHECK(keys(make_plan(suite)) == keys(make_plan(suite)));
  CHECK(keys(make_plan(suite)) == keys(plan_of(tiny())));
}

TEST_CASE("jobs are unique, keyed by what they are, and stand behind what they read") {
  for (const auto& path : good_suites()) {
    CAPTURE(path.string());
    const Plan plan = make_plan(load_suite(path.string()));
    std::set<std::string> seen;
    for (const Job& job : plan.jobs) {
      CAPTURE(job.label);
      CHECK(job.key == job_key(job.kind, job.config, job.reads));
      for (const std::string& read : job.reads) CHECK(seen.count(read) == 1);
      CHECK(seen.insert(job.key).second);
      CHECK(job.bytes > 0);
      if (job.kind != JobKind::select) CHECK(job.flop > 0);
    }
  }
}

TEST_CASE("every cell of an experiment knows its jobs") {
  const Suite suite = parse_suite(tiny(), "test.yaml");
  const Plan plan = make_plan(suite);
  REQUIRE(plan.cells.size() == suite.experiments.size());
  for (std::size_t e = 0; e < suite.experiments.size(); ++e) {
    const auto& cells = suite.experiments[e].cells;
    REQUIRE(plan.cells[e].size() == cells.size());
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const CellJobs& jobs = plan.cells[e][c];
      CHECK(jobs.tune.size() == (cells[c].optimizer.baseline ? 1 : 0));
      CHECK(jobs.select.size() == (cells[c].optimizer.learned ? 1 : 0));
      std::uint64_t next = cells[c].first_seed;
      for (const std::size_t index : jobs.evaluate) {
        const Job& job = plan.jobs[index];
        CHECK(job.kind == JobKind::evaluate);
        CHECK(job.config.at("first_seed") == next);
        CHECK(job.config.at("horizon") == cells[c].horizon);
        CHECK(optimizee_from(job.config.at("optimizee")).settings == cells[c].optimizee.settings);
        next += job.config.at("seeds").get<std::uint64_t>();
      }
      CHECK(next == cells[c].first_seed + cells[c].seeds);
    }
  }
  // lstm is trained once for both experiments; a baseline is tuned for each network and horizon.
  CHECK(counts(plan) == std::map<JobKind, int>{{JobKind::tune, 2 + 4},
                                               {JobKind::meta_train, 1},
                                               {JobKind::select, 1},
                                               {JobKind::evaluate, 3 * 2 + 2 * 4}});
}

TEST_CASE("equal work of different names is one job") {
  const Plan once = plan_of(tiny());
  const Plan twice =
      plan_of(tiny_with("  sgd: {kind: sgd}", "  sgd: {kind: sgd}\n  same: {kind: sgd, tune: true}"));
  CHECK(keys(twice) == keys(once));
  const std::string second =
      "  - {name: again, optimizees: [quad], optimizers: [sgd], horizon: 20, seeds: "
      "{count: 2, per_job: 2}}\nfigures:";
  CHECK(keys(plan_of(tiny_with("figures:", second))) == keys(once));
}

TEST_CASE("names, labels, figures and claims do not change a key") {
  const std::vector<std::string> expected = keys(plan_of(tiny()));
  CHECK(keys(plan_of(tiny_with("name: tiny", "name: other\ntitle: T\ndescription: D"))) == expected);
  CHECK(keys(plan_of(tiny_with("kind: quadratic", "label: L, kind: quadratic"))) == expected);
  CHECK(keys(plan_of(tiny_with("{kind: sgd}", "{kind: sgd, label: L}"))) == expected);
  CHECK(keys(plan_of(tiny_with("- name: first", "- name: first\n    title: T"))) == expected);
  CHECK(keys(plan_of(replace_all(tiny(), "quad", "quadr")
                         .replace(replace_all(tiny(), "quad", "quadr").find("quadrratic"), 10,
                                  "quadratic"))) == expected);
  CHECK(keys(plan_of(replace_all(tiny(), "lstm", "learned-one"))) == expected);
  CHECK(keys(plan_of(replace_all(tiny(), "first", "second"))) == expected);
  CHECK(keys(plan_of(tiny().substr(0, tiny().find("figures:")))) == expected);
}

TEST_CASE("every field that decides a result changes keys") {
  const auto change = GENERATE(table<std::string, std::string>({
      {"dimension: 3", "dimension: 4"},
      {"dimension: 3", "dimension: 3, distribution: uniform"},
      {"dimension: 3", "dimension: 3, distribution: spectrum"},
      {"dimension: 3", "dimension: 3, init_stddev: 0.02"},
      {"    kind: mlp\n", "    kind: mlp\n    activation: tanh\n"},
      {"    kind: mlp\n", "    kind: mlp\n    batch: 64\n"},
      {"    kind: mlp\n", "    kind: mlp\n    init_stddev: 0.02\n"},
      {"end: 100}", "end: 99}"},
      {"begin: 100,", "begin: 101,"},
      {"test: {begin", "test: {part: test, begin"},
      {"    hidden: 4\n", "    hidden: 5\n"},
      {"    hidden: 4\n", "    hidden: 4\n    layers: 1\n"},
      {"    hidden: 4\n", "    hidden: 4\n    architecture: lstm-gac\n    global_cells: 0\n"},
      {"    hidden: 4\n", "    hidden: 4\n    preprocessing: log-and-sign\n"},
      {"    hidden: 4\n", "    hidden: 4\n    p: 5\n"},
      {"    hidden: 4\n", "    hidden: 4\n    output_scale: 0.1\n"},
      {"    hidden: 4\n", "    hidden: 4\n    phi_groups: [[theta]]\n"},
      {"optimizee: quad, horizon: 10", "optimizee: mlp, horizon: 10"},
      {"horizon: 10", "horizon: 11"},
      {"unroll: 5", "unroll: 6"},
      {"epochs: 1", "epochs: 2"},
      {"epochs: 1", "epochs: 1, weights: last"},
      {"epochs: 1", "epochs: 1, instances: 2"},
      {"epochs: 1", "epochs: 1, horizons_per_epoch: 51"},
      {"epochs: 1", "epochs: 1, validation_instances: 17"},
      {"epochs: 1", "epochs: 1, patience: 1"},
      {"epochs: 1", "epochs: 1, gradient_clip: 1"},
      {"epochs: 1", "epochs: 1, second_derivatives: true"},
      {"epochs: 1", "epochs: 1, final_learning_rate_ratio: 0.5"},
      {"epochs: 1", "epochs: 1, seeds: 2"},
      {"learning_rate: 0.01", "learning_rate: 0.02"},
      {"learning_rate: 0.01", "learning_rate: {search: {samples: 2}}"},
      {"beta1: 0.8", "beta1: 0.9"},
      {"{kind: sgd}", "{kind: sgd, schedule: cosine}"},
      {"{kind: sgd}", "{kind: sgd, tune: false, schedule: cosine}"},
      {"{kind: sgd}", "{kind: sgd, schedule: {kind: constant, warm_up: 0.1}}"},
      {"instances: 2", "instances: 2, target: {step: 10}"},
      {"instances: 2", "instances: 2, target: {first_step: 1}"},
      {"low: 0.001, high: 1, points: 3", "search: {over: {learning_rate: {low: 0.001, high: 1}}}"},
      {"{kind: sgd}", "{kind: sgd, tune: false}"},
      {"{kind: sgd}", "{kind: nag}"},
      {"low: 0.001", "low: 0.002"},
      {"high: 1", "high: 2"},
      {"points: 3", "points: 4"},
      {"points: 3", "points: 3, widen: 2"},
      {"instances: 2", "instances: 3"},
      {"horizon: 20", "horizon: 25"},
      {"horizon: 20", "horizon: 20\n    tune_horizon: 15"},
      {"count: 4", "count: 5"},
      {"count: 4", "count: 4, first: 1"},
      {"per_job: 2", "per_job: 4"},
      {"[2, 4]", "[3, 4]"},
  }));
  CAPTURE(std::get<0>(change), std::get<1>(change));
  CHECK(keys(plan_of(tiny_with(std::get<0>(change), std::get<1>(change)))) != keys(plan_of(tiny())));
}

TEST_CASE("dashed edges that are dropped are in no key") {
  CHECK(keys(plan_of(tiny_with("epochs: 1", "epochs: 1, second_derivatives: false"))) ==
        keys(plan_of(tiny())));
}

TEST_CASE("what an architecture does not have is in no key") {
  const auto with = [](const std::string& fields) {
    return keys(plan_of(tiny_with("    hidden: 4\n", "    hidden: 4\n" + fields)));
  };
  const std::string gac = "    architecture: lstm-gac\n    global_cells: 2\n";
  const std::string ntm = "    architecture: ntm-bfgs\n    global_cells: 2\n";
  CHECK(with("    global_cells: 2\n    history: 3\n") == keys(plan_of(tiny())));
  CHECK(with(gac + "    read_heads: 2\n    memory_init: 0\n    history: 3\n") == with(gac));
  CHECK(with(ntm + "    history: 3\n") == with(ntm));
  CHECK(with(ntm + "    memory_init: 0\n") != with(ntm));
  CHECK(with(gac + "    head_init: 0.1\n") == with(gac));
  CHECK(with(ntm + "    head_init: 1\n") == with(ntm));
  CHECK(with(ntm + "    head_init: 0.1\n") != with(ntm));
}

TEST_CASE("every field of a convnet and every label changes keys") {
  const std::string good = read_file(corpus("good") / "convnet.yaml");
  const auto plain = keys(plan_of(good));
  const std::pair<const char*, const char*> changes[] = {
      {"channels: 4", "channels: 5"}, {"kernel: 3", "kernel: 4"},      {"padding: 0", "padding: 1"},
      {"pool: 3", "pool: 2"},         {"hidden: []", "hidden: [3]"},   {"bias: false", "bias: true"},
      {"batch: 8", "batch: 9"},       {"scale: true", "scale: false"}, {"[3, 1]", "[1, 3]"},
      {"[3, 1]", "[3, 1, 2]"},        {"[0, 9, 5]", "[0, 9, 6]"},      {"[conv, conv-biases]", "[conv]"},
      {"[{}]", "[{}, {}]"},           {"dataset: mnist, ", ""},
  };
  for (const auto& [passage, other] : changes) {
    CAPTURE(passage, other);
    std::string text = good;
    const std::size_t at = text.find(passage);
    REQUIRE(at != std::string::npos);
    CHECK(keys(plan_of(text.replace(at, std::string(passage).size(), other))) != plain);
  }
}

TEST_CASE("keys are stable: results of earlier runs stay found") {
  // The list is what this code once produced. A change orphans stored results, so it changes only together
  // with the version of a procedure (job.hpp) or of a component, or where a configuration gains a field.
  std::string actual;
  for (const Job& job : plan_of(tiny()).jobs) actual += job.key + " " + to_string(job.kind) + "\n";
  CHECK(actual == read_file(corpus("") / "tiny.keys"));
}

TEST_CASE("more seeds keep the keys of full blocks") {
  const auto few = keys(plan_of(tiny_with("count: 4", "count: 5")));
  const auto many = keys(plan_of(tiny_with("count: 4", "count: 8")));
  const auto four = keys(plan_of(tiny()));
  const auto shared = [](const auto& a, const auto& b) {
    return std::count_if(a.begin(), a.end(),
                         [&](const auto& key) { return std::count(b.begin(), b.end(), key) > 0; });
  };
  CHECK(shared(four, many) == static_cast<std::ptrdiff_t>(four.size()));
  CHECK(shared(few, many) ==
        static_cast<std::ptrdiff_t>(few.size()) - 3);  // the last block of each optimizer
}

TEST_CASE("a random search trains candidates, selects, and trains on with the rate it found") {
  const Plan plan = plan_of(tiny_with("epochs: 1, learning_rate: 0.01",
                                      "epochs: 7, seeds: 2, learning_rate: {search: {low: 0.001, high: 0.1, "
                                      "samples: 3, epochs: 2}}"));
  std::vector<const Job*> jobs;
  for (const Job& job : plan.jobs)
    if (job.kind == JobKind::meta_train || job.kind == JobKind::select) jobs.push_back(&job);
  REQUIRE(jobs.size() == 3 + 1 + 2 + 1);
  std::set<double> rates;
  for (int i = 0; i < 3; ++i) {
    CHECK(jobs[i]->config.at("epochs") == 2);
    CHECK(jobs[i]->config.at("seed") == 0);
    CHECK(jobs[i]->reads.empty());
    rates.insert(jobs[i]->config.at("learning_rate").get<double>());
  }
  CHECK(rates.size() == 3);
  for (const double rate : rates) CHECK(fmt::format("{}", rate) == fmt::format("{:.6g}", rate));
  CHECK(*rates.begin() >= 0.001);
  CHECK(*rates.rbegin() <= 0.1);
  CHECK(jobs[3]->reads == std::vector<std::string>{jobs[0]->key, jobs[1]->key, jobs[2]->key});
  for (int i = 4; i < 6; ++i) {
    CHECK(jobs[i]->config.at("learning_rate").is_null());
    CHECK(jobs[i]->config.at("epochs") == 7);
    CHECK(jobs[i]->config.at("seed") == i - 4);
    CHECK(jobs[i]->reads == std::vector<std::string>{jobs[3]->key});
  }
  CHECK(jobs[6]->reads == std::vector<std::string>{jobs[4]->key, jobs[5]->key});
}

TEST_CASE("searches of different optimizers draw different rates") {
  const auto first_rate = [](const std::string& hidden) {
    const Plan plan = plan_of(
        tiny_with("hidden: 4\n    meta_training: {optimizee: quad, horizon: 10, unroll: 5, epochs: 1, "
                  "learning_rate: 0.01",
                  "hidden: " + hidden +
                      "\n    meta_training: {optimizee: quad, horizon: 10, "
                      "unroll: 5, epochs: 1, learning_rate: {search: {samples: 1}}"));
    for (const Job& job : plan.jobs)
      if (job.kind == JobKind::meta_train) return job.config.at("learning_rate").get<double>();
    return 0.0;
  };
  CHECK(first_rate("4") == first_rate("4"));
  CHECK(first_rate("4") != first_rate("5"));
}

TEST_CASE("configurations read back as the specs they came from") {
  for (const auto& path : good_suites()) {
    const Suite suite = load_suite(path.string());
    for (const OptimizeeSpec& spec : suite.optimizees) {
      CAPTURE(path.string(), spec.name);
      CHECK(canonical(optimizee_from(canonical(spec))) == canonical(spec));
    }
    for (const OptimizerSpec& spec : suite.optimizers) {
      if (!spec.learned) continue;
      CAPTURE(path.string(), spec.name);
      CHECK(canonical(learned_from(canonical(*spec.learned))) == canonical(*spec.learned));
      CHECK(architecture_from(canonical(spec.learned->architecture)) == spec.learned->architecture);
    }
  }
}

TEST_CASE("a label that only names the architecture follows the axis, one of the suite's own stays") {
  const auto labels = [](const std::string& optimizer) {
    const std::string head = tiny_with("    hidden: 4\n", "    hidden: 4\n    global_cells: 2\n" + optimizer);
    const Suite suite =
        parse_suite(head.substr(0, head.find("experiments:")) +
                        "experiments:\n  - {name: a, optimizees: [quad], optimizers: [lstm, sgd], "
                        "seeds: 1, axes: {optimizer.architecture: [lstm, ntm-bfgs]}}\n",
                    "test.yaml");
    std::vector<std::string> result;
    for (const Cell& cell : suite.experiments.at(0).cells) result.push_back(cell.optimizer.label);
    return result;
  };
  CHECK(labels("") == std::vector<std::string>{"LSTM", "SGD", "NTM-BFGS", "SGD"});
  CHECK(labels("    label: Mine\n") == std::vector<std::string>{"Mine", "SGD", "Mine", "SGD"});
}
