// The version of a component is in the keys of the jobs that use it and in no others.
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "harness/compute/problem.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"

using namespace l2l;

namespace {

Suite suite_of_all() {
  return parse_suite(R"(
name: versions
optimizees:
  quad: {kind: quadratic, dimension: 3}
  net:
    kind: mlp
    split: {train: {begin: 0, end: 100}, validation: {begin: 100, end: 200}, test: {begin: 200, end: 300}}
optimizers:
  plain:
    kind: learned
    meta_training: {optimizee: quad, learning_rate: {search: {samples: 2}}}
  gac:
    kind: learned
    architecture: lstm-gac
    meta_training: {optimizee: quad, learning_rate: 0.01}
  rprop: {kind: rprop}
  fixed-rprop: {kind: rprop, tune: false}
  sgd: {kind: sgd}
experiments:
  - {name: all, optimizees: [quad, net], optimizers: [plain, gac, rprop, fixed-rprop, sgd], seeds: 2}
)",
                     "versions.yaml");
}

/// Labels of the jobs whose keys change, and of those whose keys stay.
struct Comparison {
  std::set<std::string> changed, same;
};

Comparison compared(const ComponentVersions& raised) {
  const Suite suite = suite_of_all();
  const Plan before = make_plan(suite), after = make_plan(suite, raised);
  REQUIRE(before.jobs.size() == after.jobs.size());
  Comparison result;
  for (std::size_t i = 0; i < before.jobs.size(); ++i) {
    CHECK(before.jobs[i].label == after.jobs[i].label);
    (before.jobs[i].key == after.jobs[i].key ? result.same : result.changed).insert(before.jobs[i].label);
  }
  CHECK_FALSE(result.changed.empty());
  CHECK_FALSE(result.same.empty());
  return result;
}

bool mentions(const std::string& label, const std::string& word) {
  return label.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("a rule's version changes the keys of its jobs and of no others") {
  ComponentVersions raised;
  raised.rule = [](const Rule& rule, const Hyperparameters&) {
    return rule.version + (rule.name == "rprop" ? 1 : 0);
  };
  const Comparison found = compared(raised);
  for (const std::string& label : found.changed) CHECK(mentions(label, "rprop"));
  for (const std::string& label : found.same) CHECK_FALSE(mentions(label, "rprop"));
}

TEST_CASE("an optimizee's version changes the keys of its jobs and of no others") {
  ComponentVersions raised;
  raised.optimizee = [](const OptimizeeKind& kind) {
    return kind.version() + (kind.name() == "mlp" ? 1 : 0);
  };
  const Comparison found = compared(raised);
  for (const std::string& label : found.changed) CHECK(mentions(label, " on net"));
  for (const std::string& label : found.same) CHECK_FALSE(mentions(label, " on net"));
}

TEST_CASE("an architecture's version changes the keys of its jobs and of no others") {
  ComponentVersions raised;
  raised.architecture = [](const ArchitectureSpec& spec) {
    return architecture_version(spec) + (spec.kind == Architecture::lstm_gac ? 1 : 0);
  };
  const Comparison found = compared(raised);
  for (const std::string& label : found.changed) CHECK(mentions(label, "gac"));
  for (const std::string& label : found.same) CHECK_FALSE(mentions(label, "gac"));
}

TEST_CASE("problems and searches stay what they are whatever versions their components have") {
  ComponentVersions raised;
  raised.optimizee = [](const OptimizeeKind& kind) { return kind.version() + 1; };
  raised.architecture = [](const ArchitectureSpec& spec) { return architecture_version(spec) + 1; };
  const Suite suite = suite_of_all();
  const Plan before = make_plan(suite), after = make_plan(suite, raised);
  const auto theta_of = [](const Job& job) {
    const auto family = make_family(optimizee_from(job.config.at("optimizee")));
    std::vector<float> theta(family->dimension());
    family->sample(Role::test, 1)->initial_theta(theta);
    return theta;
  };
  for (std::size_t i = 0; i < before.jobs.size(); ++i) {
    if (before.jobs[i].kind != JobKind::meta_train) continue;
    CHECK(theta_of(before.jobs[i]) == theta_of(after.jobs[i]));
    CHECK(before.jobs[i].config.at("learning_rate") == after.jobs[i].config.at("learning_rate"));
  }
}

TEST_CASE("what a rule computes without epsilon has keys of its own") {
  const auto version = [](const std::string& hyperparameters) {
    const Plan plan = make_plan(parse_suite(fmt::format(R"(name: v
optimizees: {{q: {{kind: quadratic}}}}
optimizers: {{a: {{kind: adam, hyperparameters: {}}}}}
experiments:
  - {{name: e, optimizees: [q], optimizers: [a], seeds: 1}}
)",
                                                        hyperparameters),
                                            "versions.yaml"));
    REQUIRE(plan.jobs.size() == 2);
    CHECK(plan.jobs[0].config.at("version") == plan.jobs[1].config.at("optimizer").at("version"));
    return plan.jobs[0].config.at("version").get<int>();
  };
  CHECK(version("{}") == 1);
  CHECK(version("{epsilon: 1.0e-30}") == 1);
  CHECK(version("{epsilon: 0}") == 2);
}
