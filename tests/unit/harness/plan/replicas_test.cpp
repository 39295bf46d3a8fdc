// Replicas: independent repetitions of a whole meta-training, told apart in keys from the second one on.
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "harness/plan/one_training.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/questions.hpp"

using namespace l2l;

namespace {

Suite suite_of(const std::string& replicas) {
  return parse_suite(fmt::format(R"(
name: replicas
optimizees:
  quad: {{kind: quadratic, dimension: 3}}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training: {{optimizee: quad, epochs: 4, seeds: 2, learning_rate: {{search: {{samples: 3}}}}{}}}
  sgd: {{kind: sgd}}
  adam: {{kind: adam}}
experiments:
  - {{name: e, optimizees: [quad], optimizers: [lstm, sgd, adam], seeds: {{count: 6, per_job: 4}}}}
claims:
  - {{id: about, statement: s, kind: below, experiment: e, optimizer: lstm, against: [sgd], step: 100}}
  - {{id: against, statement: s, kind: fails, experiment: e, optimizer: sgd, against: [adam, lstm], step: 100}}
  - {{id: baselines, statement: s, kind: below, experiment: e, optimizer: adam, against: [sgd], step: 100}}
)",
                                 replicas),
                     "replicas.yaml");
}

Plan plan_with(const std::string& replicas) {
  return make_plan(suite_of(replicas));
}

std::vector<std::string> keys_in(const Plan& plan) {
  std::vector<std::string> result;
  for (const Job& job : plan.jobs) result.push_back(job.key);
  return result;
}

/// Of both plans, the jobs that the first does not have.
std::map<JobKind, int> more_than(const Plan& few, const Plan& many) {
  std::set<std::string> known;
  for (const Job& job : few.jobs) known.insert(job.key);
  std::map<JobKind, int> counts;
  for (const Job& job : many.jobs)
    if (known.erase(job.key) == 0) ++counts[job.kind];
  CHECK(known.empty());
  return counts;
}

}  // namespace

TEST_CASE("one replica is what a training always was") {
  CHECK(keys_in(plan_with(", replicas: 1")) == keys_in(plan_with("")));
}

TEST_CASE("a replica repeats search, seeds and choice, and is evaluated on every seed") {
  const Plan one = plan_with(""), three = plan_with(", replicas: 3");
  // each: 3 candidates and 2 trainings, 2 choices, 2 blocks of seeds
  const std::map<JobKind, int> two_more = {
      {JobKind::meta_train, 10}, {JobKind::select, 4}, {JobKind::evaluate, 4}};
  CHECK(more_than(one, three) == two_more);
  CHECK(more_than(three, plan_with(", replicas: 5")) == two_more);

  const CellJobs& jobs = three.cells[0][0];
  CHECK(jobs.replicas() == 3);
  REQUIRE(jobs.evaluate.size() == 6);
  std::set<double> rates;
  for (std::size_t r = 0; r < 3; ++r) {
    const auto evaluations = jobs.evaluations(r);
    REQUIRE(evaluations.size() == 2);
    for (std::size_t block = 0; block < 2; ++block) {
      const Job& job = three.jobs[evaluations[block]];
      CHECK(job.config.at("first_seed") == 4 * block);
      CHECK(job.reads == std::vector<std::string>{three.jobs[jobs.select[r]].key});
      CHECK(job.config == one.jobs[one.cells[0][0].evaluate[block]].config);  // the same problems
    }
  }
  for (const Job& job : three.jobs) {
    if (job.kind != JobKind::meta_train) continue;
    const int replica = job.config.value("replica", 0);
    CHECK((job.label.find(fmt::format(", replica {}", replica)) != std::string::npos) == (replica > 0));
    CHECK((job.config.contains("replica")) == (replica > 0));
    if (!job.config.at("learning_rate").is_null()) rates.insert(job.config.at("learning_rate").get<double>());
  }
  CHECK(rates.size() == 9);  // every replica searches by itself
  CHECK(three.cells[0][1].replicas() == 1);
  CHECK(three.cells[0][1].evaluations(0).size() == 2);
}

TEST_CASE("claims that rest on one training are those about or against it") {
  CHECK(claims_on_one_training(suite_of("")) == std::vector<std::string>{"about", "against"});
  CHECK(claims_on_one_training(suite_of(", replicas: 2")).empty());
}
