// Random search over several hyperparameters: what is drawn, what is chosen, and what a tune job stores of
// it.
#include "harness/compute/random_search.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <catch2/catch.hpp>

#include "core/parallel.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/run_job.hpp"
#include "harness/compute/trajectories.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"

using namespace l2l;

namespace {

RandomSearch adam_search(int trials) {
  RandomSearch search;
  search.trials = trials;
  search.over["learning_rate"] = {1e-3, 10, Draw::log_uniform, {}};
  search.over["beta1"] = {0, 0.9, Draw::uniform, {}};
  search.over["beta2"] = {0, 0, Draw::log_uniform, {0.9, 0.999}};
  search.schedules = {{}, {.kind = ScheduleKind::cosine}};
  return search;
}

TunedRule adam() {
  return {find_rule("adam"), {{"epsilon", 1e-6}}, {}};
}

TuningRequest request_of(const RandomSearch& search, int instances) {
  TuningRequest request{adam(), 20, {}};
  request.tuning.instances = instances;
  request.tuning.search = search;
  return request;
}

std::shared_ptr<const OptimizeeFamily> three_dimensions() {
  return make_family({"quad", "", "quadratic", {{"dimension", 3}, {"init_stddev", 1}}});
}

RandomSearchResult run(const TuningRequest& request, std::size_t threads = 2) {
  const ThreadLimit limit(threads);
  return search_at_random(
      *three_dimensions(), request, "seed", [](double fraction) { REQUIRE(fraction <= 1); }, [] {});
}

}  // namespace

TEST_CASE("trials are drawn within their ranges, as their distributions say") {
  const auto trials = draw_trials(adam(), adam_search(400), "seed");
  REQUIRE(trials.size() == 400);
  std::vector<double> logs, betas;
  std::size_t second = 0, cosine = 0;
  for (const TunedRule& trial : trials) {
    logs.push_back(std::log10(trial.hyperparameters.at("learning_rate")));
    betas.push_back(trial.hyperparameters.at("beta1"));
    second += trial.hyperparameters.at("beta2") == 0.999;
    cosine += trial.schedule.kind == ScheduleKind::cosine;
    CHECK(trial.hyperparameters.at("epsilon") == 1e-6);
    const double rate = trial.hyperparameters.at("learning_rate");
    CHECK(fmt::format("{}", rate) == fmt::format("{:.6g}", rate));
  }
  const auto median = [](std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + 200, values.end());
    return values[200];
  };
  CHECK(*std::min_element(logs.begin(), logs.end()) >= -3);
  CHECK(*std::max_element(logs.begin(), logs.end()) <= 1);
  CHECK(median(logs) == Approx(-1).margin(0.3));
  CHECK(*std::min_element(betas.begin(), betas.end()) >= 0);
  CHECK(*std::max_element(betas.begin(), betas.end()) <= 0.9);
  CHECK(median(betas) == Approx(0.45).margin(0.08));
  double together = 0;  // hyperparameters are drawn independently of one another
  for (std::size_t i = 0; i < trials.size(); ++i) together += (logs[i] < -1) == (betas[i] < 0.45) ? 1 : 0;
  CHECK(together == Approx(200).margin(50));
  CHECK(second == Approx(200).margin(50));
  CHECK(cosine == Approx(200).margin(50));
}

TEST_CASE("more trials, and more hyperparameters, keep those that there were; other seeds are others") {
  const auto rates = [](const RandomSearch& search, const char* seed) {
    std::vector<double> values;
    for (const TunedRule& trial : draw_trials(adam(), search, seed))
      values.push_back(trial.hyperparameters.at("learning_rate"));
    return values;
  };
  const auto few = rates(adam_search(4), "seed"), many = rates(adam_search(8), "seed");
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  RandomSearch alone = adam_search(4);
  alone.over.erase("beta1");
  CHECK(rates(alone, "seed") == few);
  CHECK(rates(adam_search(4), "other") != few);
  CHECK(std::set<double>(many.begin(), many.end()).size() == 8);
}

TEST_CASE("a search finds the lowest loss, whatever the number of threads") {
  const TuningRequest request = request_of(adam_search(12), 4);
  const RandomSearchResult result = run(request);
  REQUIRE(result.losses.size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    const auto losses = sample_trajectories(
        *three_dimensions(), Role::tune, 0, 4, 20, [&] { return result.trials[i].make(20); }, [] {});
    CHECK(result.losses[i] == mean_final_loss(losses));
    CHECK(result.problems[i] == 4);
    CHECK(result.losses[result.best] <= result.losses[i]);
  }
  CHECK(run(request, 1).losses == result.losses);
}

TEST_CASE("successive halving drops the worse half, and goes on as if all had been computed together") {
  RandomSearch search = adam_search(8);
  search.halvings = 2;
  const RandomSearchResult halved = run(request_of(search, 8)), whole = run(request_of(adam_search(8), 8)),
                           first = run(request_of(adam_search(8), 2));
  std::vector<std::size_t> tried = halved.problems;
  std::sort(tried.begin(), tried.end());
  CHECK(tried == std::vector<std::size_t>{2, 2, 2, 2, 4, 4, 8, 8});
  for (std::size_t i = 0; i < 8; ++i) {
    if (halved.problems[i] == 8) CHECK(halved.losses[i] == whole.losses[i]);
    if (halved.problems[i] == 2) CHECK(halved.losses[i] == first.losses[i]);
    for (std::size_t j = 0; j < 8; ++j)
      if (halved.problems[i] > 2 && halved.problems[j] == 2) CHECK(first.losses[i] <= first.losses[j]);
  }
  CHECK(halved.problems[halved.best] == 8);
}

TEST_CASE("a tune job stores all trials and what was chosen; an evaluation takes it") {
  const Plan plan = make_plan(parse_suite(R"(name: search
optimizees: {quad: {kind: quadratic, dimension: 3, init_stddev: 1}}
optimizers:
  adam:
    kind: adam
    tune:
      instances: 4
      search: {trials: 6, over: {learning_rate: {low: 0.001, high: 10}, beta2: [0.9, 0.99]}, schedules: [constant, cosine]}
experiments:
  - {name: e, optimizees: [quad], optimizers: [adam], horizon: 12, seeds: 3}
)",
                                          "search.yaml"));
  REQUIRE(plan.jobs.size() == 2);
  std::map<std::string, JobResult> stored;
  const JobContext context{[&](const std::string& key) { return stored.at(key); },
                           [] { return std::nullopt; }, [](const auto&) {}, [](double, const auto&) {},
                           [] {}};
  const JobResult tuned = stored[plan.jobs[0].key] = run_job(plan.jobs[0], context);
  const auto values = [&](const std::string& name) {
    return std::get<std::vector<double>>(tuned.arrays.at(name).values);
  };
  const auto losses = values("losses");
  REQUIRE(losses.size() == 6);
  const auto best = static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  CHECK(tuned.summary.at("trial") == best);
  CHECK(tuned.summary.at("loss") == losses[best]);
  CHECK(tuned.summary.at("best").at("learning_rate") == values("trial.learning_rate")[best]);
  CHECK(tuned.summary.at("best").at("beta2") == values("trial.beta2")[best]);
  const bool cosine = values("trial.schedule")[best] == 1;
  CHECK(tuned.summary.at("best").at("schedule").at("kind") == (cosine ? "cosine" : "constant"));
  CHECK(values("problems") == std::vector<double>(6, 4));

  TunedRule expected{
      find_rule("adam"),
      {{"learning_rate", values("trial.learning_rate")[best]}, {"beta2", values("trial.beta2")[best]}},
      {}};
  if (cosine) expected.schedule.kind = ScheduleKind::cosine;
  const xt::xtensor<float, 2> trajectories = sample_trajectories(
      *three_dimensions(), Role::test, 0, 3, 12, [&] { return expected.make(12); }, [] {});
  const JobResult evaluated = run_job(plan.jobs[1], context);
  CHECK(std::get<std::vector<float>>(evaluated.arrays.at("losses").values) ==
        std::vector<float>(trajectories.begin(), trajectories.end()));
}

TEST_CASE("a search none of whose trials works says so, and one whose best rate is an extreme one") {
  const auto summary = [](const std::string& rates) {
    const Plan plan = make_plan(parse_suite(fmt::format(R"(name: search
optimizees: {{quad: {{kind: quadratic, dimension: 3, init_stddev: 1}}}}
optimizers: {{sgd: {{kind: sgd, tune: {{instances: 2, search: {{trials: 5, over: {{learning_rate: {}}}}}}}}}}}
experiments:
  - {{name: e, optimizees: [quad], optimizers: [sgd], horizon: 30, seeds: 1}}
)",
                                                        rates),
                                            "search.yaml"));
    return run_job(plan.jobs.at(0), {{}, {}, {}, [](double, const auto&) {}, [] {}}).summary;
  };
  CHECK(summary("{low: 1.0e+4, high: 1.0e+5}").at("loss").is_null());
  CHECK(summary("{low: 1.0e-6, high: 1.0e-5}").at("at_edge") == true);
  CHECK(summary("[1.0e-6, 1.0e-5]").at("at_edge") == false);  // a list has no edges
}
