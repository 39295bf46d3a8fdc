// What each kind of job computes, job by job: what it reads is handed to it.
#include <algorithm>
#include <cmath>
#include <map>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/run_job.hpp"
#include "harness/compute/trajectories.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "optimizers/rule.hpp"

using namespace l2l;

namespace {

/// @param grid  of SGD's learning rate
Plan plan_of(const std::string& grid = "{low: 0.001, high: 10, points: 5, instances: 4}") {
  return make_plan(parse_suite(fmt::format(R"(name: jobs
optimizees: {{quad: {{kind: quadratic, dimension: 3, init_stddev: 1}}}}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training:
      {{optimizee: quad, horizon: 10, unroll: 5, epochs: 3, horizons_per_epoch: 4, instances: 4,
       validation_instances: 4, learning_rate: {{search: {{low: 0.001, high: 0.1, samples: 2, epochs: 1}}}}}}
  sgd: {{kind: sgd, tune: {}}}
experiments:
  - {{name: e, optimizees: [quad], optimizers: [lstm, sgd], horizon: 12, seeds: {{count: 8, first: 3, per_job: 4}}}}
)",
                                           grid),
                               "jobs.yaml"));
}

/// The `index`-th job of a kind whose label contains `text`.
const Job& job_of(const Plan& plan, JobKind kind, const std::string& text = "", std::size_t index = 0) {
  for (const Job& job : plan.jobs)
    if (job.kind == kind && job.label.find(text) != std::string::npos && index-- == 0) return job;
  throw std::logic_error("no such job: " + text);
}

struct World {
  std::map<std::string, JobResult> stored;
  std::optional<std::string> checkpoint;
  std::vector<std::string> saved;

  JobResult run(const Job& job) {
    return run_job(
        job,
        {[this](const std::string& key) { return stored.at(key); }, [this] { return checkpoint; },
         [this](const std::string& bytes) { saved.push_back(bytes); }, [](double, const auto&) {}, [] {}});
  }
};

/// A candidate of a selection; a loss that is not finite is stored as null.
JobResult candidate(const nlohmann::json& validation, float phi) {
  JobResult result;
  result.summary = {{"best_validation", validation}};
  result.arrays["phi"] = {{1}, std::vector<float>{phi}};
  return result;
}

std::vector<float> losses_of(const JobResult& result) {
  return std::get<std::vector<float>>(result.arrays.at("losses").values);
}

}  // namespace

TEST_CASE("a tune job tells the best rate, and whether it lies at the edge of its grid") {
  World world;
  const Plan wide = plan_of();
  const JobResult inside = world.run(job_of(wide, JobKind::tune));
  const auto rates = std::get<std::vector<double>>(inside.arrays.at("rates").values),
             losses = std::get<std::vector<double>>(inside.arrays.at("losses").values);
  REQUIRE(losses.size() == 5);
  const auto best = std::min_element(losses.begin(), losses.end()) - losses.begin();
  CHECK(inside.summary.at("best") == rates[static_cast<std::size_t>(best)]);
  CHECK(inside.summary.at("loss") == losses[static_cast<std::size_t>(best)]);
  CHECK(inside.summary.at("at_edge") == false);

  const Plan low = plan_of("{low: 0.00001, high: 0.0001, points: 3, instances: 4}");
  const JobResult edge = world.run(job_of(low, JobKind::tune));
  CHECK(edge.summary.at("at_edge") == true);
  CHECK(edge.summary.at("best") == Approx(1e-4));

  const Plan high = plan_of("{low: 1000, high: 10000, points: 2, instances: 4}");
  CHECK(world.run(job_of(high, JobKind::tune)).summary.at("loss").is_null());  // all diverge
}

TEST_CASE("a grid whose best rate lies at its edge goes on, within limits") {
  World world;
  const auto rates_of = [&](const std::string& grid) {
    const Plan plan = plan_of(grid);
    const JobResult tuned = world.run(job_of(plan, JobKind::tune));
    return std::pair(std::get<std::vector<double>>(tuned.arrays.at("rates").values),
                     tuned.summary.at("at_edge").get<bool>());
  };
  const auto [once, at_edge] = rates_of("{low: 0.00001, high: 0.0001, points: 3, instances: 4, widen: 1}");
  REQUIRE(once.size() == 5);
  CHECK(once[0] == 1e-5);
  CHECK(once[3] == Approx(1e-4 * std::sqrt(10)));
  CHECK(once[4] == Approx(1e-3));
  CHECK(at_edge);
  const auto [far, still] = rates_of("{low: 0.00001, high: 0.0001, points: 3, instances: 4, widen: 9}");
  CHECK_FALSE(still);
  CHECK(far.size() < 3 + 9 * 2);
  CHECK(std::is_sorted(far.begin(), far.end()));
  // All diverge: smaller ones are tried, until some work.
  const auto [below, edge] = rates_of("{low: 1000, high: 10000, points: 2, instances: 4, widen: 9}");
  CHECK_FALSE(edge);
  CHECK(below.front() < 1);
  CHECK(below.back() == Approx(1e4));
  CHECK(rates_of("{low: 1000, high: 10000, points: 2, instances: 4, widen: 1}").first.size() == 3);
}

TEST_CASE("a meta_train job trains with the rate that the search found, and keeps the best phi") {
  const Plan plan = plan_of();
  const Job& job = job_of(plan, JobKind::meta_train, "3 epochs");
  REQUIRE(job.config.at("learning_rate").is_null());
  World world;
  world.stored[job.reads.at(0)].summary = {{"learning_rate", 3.0}};  // too large: it does not get better
  const JobResult result = world.run(job);
  CHECK(result.summary.at("learning_rate") == 3.0);
  CHECK(world.saved.size() == 3);

  MetaTrainingRequest request;
  request.learned = learned_from(job.config.at("learned"));
  request.learning_rate = 3.0;
  request.epochs = 3;
  const auto state = meta_train(*make_family(optimizee_from(job.config.at("optimizee"))), request,
                                std::nullopt, {[](const auto&) {}, [](double, const auto&) {}, [] {}});
  REQUIRE(state.phi != state.best_phi);
  CHECK(std::get<std::vector<float>>(result.arrays.at("phi").values) ==
        std::vector<float>(state.best_phi.begin(), state.best_phi.end()));
  CHECK(result.summary.at("best_epoch") == state.best_epoch);
}

TEST_CASE("a meta_train job trains the replica that its configuration names") {
  Job job = job_of(plan_of(), JobKind::meta_train, "learning rate");
  World world;
  const std::string first = world.run(job).digest();
  job.config["replica"] = 1;
  CHECK(world.run(job).digest() != first);
}

TEST_CASE("a meta_train job goes on from its checkpoint, to the same bits") {
  const Plan plan = plan_of();
  const Job& job = job_of(plan, JobKind::meta_train, "3 epochs");
  World whole;
  whole.stored[job.reads.at(0)].summary = {{"learning_rate", 0.01}};
  const JobResult expected = whole.run(job);
  REQUIRE(whole.saved.size() == 3);
  for (std::size_t done = 1; done <= 3; ++done) {
    World resumed;
    resumed.stored = whole.stored;
    resumed.checkpoint = whole.saved[done - 1];
    CHECK(resumed.run(job).digest() == expected.digest());
    CHECK(resumed.saved.size() == 3 - done);
  }
}

TEST_CASE("a select job takes the lowest validation loss, the first of equal ones, one that diverged last") {
  const Plan plan = plan_of();
  Job job = job_of(plan, JobKind::select, "of 2");
  job.reads = {"a", "b", "c", "d"};
  World world;
  world.stored = {{"a", candidate(nullptr, 1)},
                  {"b", candidate(0.5, 2)},
                  {"c", candidate(0.25, 3)},
                  {"d", candidate(0.25, 4)}};
  JobResult chosen = world.run(job);
  CHECK(chosen.summary.at("chosen") == 2);
  CHECK(std::get<std::vector<float>>(chosen.arrays.at("phi").values) == std::vector<float>{3});
  job.reads = {"b", "a"};
  CHECK(world.run(job).summary.at("chosen") == 0);
  job.reads = {"a"};
  CHECK(world.run(job).summary.at("chosen") == 0);
}

TEST_CASE("an evaluate job runs the tuned rule on its own test problems; divergence is a result") {
  const Plan plan = plan_of();
  const Job& job = job_of(plan, JobKind::evaluate, "sgd", 1);
  REQUIRE(job.config.at("first_seed") == 7);
  const auto family = make_family(optimizee_from(job.config.at("optimizee")));
  const auto diverging = [](const std::vector<float>& losses) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < 4; ++i) count += !std::isfinite(losses[i * 13 + 12]);
    return count;
  };
  for (const double rate : {0.01, 1e4}) {
    World world;
    world.stored[job.reads.at(0)].summary = {{"best", rate}};
    const JobResult result = world.run(job);
    const xt::xtensor<float, 2> trajectories = sample_trajectories(
        *family, Role::test, 7, 4, 12,
        [rate] {
          return find_rule("sgd")->make<float>({{"learning_rate", rate}});
        },
        [] {});
    const std::vector<float> expected(trajectories.begin(), trajectories.end());
    CHECK(losses_of(result) == expected);
    CHECK(result.arrays.at("losses").shape == std::vector<std::size_t>{4, 13});
    CHECK(result.summary.at("diverged") == diverging(expected));
    CHECK(diverging(expected) == (rate > 1 ? 4 : 0));
  }
}

TEST_CASE("an evaluate job gives each parameter group the phi that was trained for it") {
  const Suite suite = parse_suite(R"(name: groups
optimizees:
  mnist:
    kind: mlp
    hidden: [2]
    split: {train: {begin: 0, end: 100}, validation: {begin: 100, end: 200}, test: {begin: 200, end: 300}}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 2
    phi_groups: [[weights], [biases]]
    meta_training: {optimizee: mnist, epochs: 1, learning_rate: 0.01}
experiments:
  - {name: e, optimizees: [mnist], optimizers: [lstm], horizon: 3, seeds: 1}
)",
                                  "groups.yaml");
  const Plan plan = make_plan(suite);
  const Job& job = job_of(plan, JobKind::evaluate);
  const LearnedSpec& learned = *suite.optimizers.at(0).learned;
  const auto run = [&](std::uint64_t of_weights, std::uint64_t of_biases) {
    std::vector<float> phi = initial_phi(learned.architecture, of_weights);
    const std::vector<float> second = initial_phi(learned.architecture, of_biases);
    phi.insert(phi.end(), second.begin(), second.end());
    World world;
    JobResult& selected = world.stored[job.reads.at(0)];
    selected.summary = {{"phi_groups", learned.phi_groups}};
    selected.arrays["phi"] = {{phi.size()}, phi};
    return losses_of(world.run(job));
  };
  const std::vector<float> losses = run(1, 2);
  CHECK(std::isfinite(losses.back()));
  CHECK(run(1, 3) != losses);
  CHECK(run(3, 2) != losses);
}
