// Trajectories and tuning.
#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include <xtensor/xview.hpp>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/trajectories.hpp"
#include "harness/compute/tuning.hpp"
#include "harness/suite/suite.hpp"
#include "optimizees/mlp.hpp"

using namespace l2l;

namespace {

std::shared_ptr<const OptimizeeFamily> small_quadratics() {
  return make_family({"small", "", "quadratic", {{"dimension", 3}, {"init_stddev", 1}}});
}

OptimizerFactory<float> rule(const char* name, Hyperparameters h) {
  return [r = find_rule(name), h] { return r->make<float>(h); };
}

}  // namespace

TEST_CASE("a trajectory does not depend on what it is batched with") {
  const auto family = small_quadratics();
  for (const char* name : {"sgd", "nag", "rprop", "adam", "schedule-free-adam"}) {
    const auto together = sample_trajectories(*family, Role::test, 0, 700, 10, rule(name, {}), [] {});
    for (const std::size_t i : {std::size_t{0}, std::size_t{639}, std::size_t{640}, std::size_t{699}}) {
      const auto alone = sample_trajectories(*family, Role::test, i, 1, 10, rule(name, {}), [] {});
      CHECK((alone == xt::view(together, xt::range(i, i + 1), xt::all())));
    }
  }
}

TEST_CASE("an optimizer that looks ahead is still recorded at theta_t") {
  // With f = ||W theta - y||^2 and momentum 0, NAG is gradient descent: the same trajectory.
  const auto family = small_quadratics();
  const auto nag = sample_trajectories(*family, Role::test, 0, 4, 20,
                                       rule("nag", {{"learning_rate", 0.01}, {"momentum", 0.0}}), [] {});
  const auto sgd =
      sample_trajectories(*family, Role::test, 0, 4, 20, rule("sgd", {{"learning_rate", 0.01}}), [] {});
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t t = 0; t <= 20; ++t) CHECK(nag(i, t) == Approx(sgd(i, t)));
  const auto moving = sample_trajectories(*family, Role::test, 0, 4, 20,
                                          rule("nag", {{"learning_rate", 0.01}, {"momentum", 0.9}}), [] {});
  CHECK(moving(0, 0) == sgd(0, 0));
  CHECK(moving(0, 1) == Approx(sgd(0, 1)));  // the first step has no velocity yet
  CHECK(moving(0, 5) != Approx(sgd(0, 5)));
}

TEST_CASE("optimizers are told which parameters are matrices") {
  const MlpShape shape{{3, 2, 2}, Activation::tanh};
  std::vector<float> x(3 * 4), theta(shape.parameters());
  RandomStream(1).fill_normal<float>(x, 1.0);
  RandomStream(2).fill_normal<float>(theta, 0.1);
  const std::vector<std::uint8_t> labels = {0, 1, 1, 0};
  const auto batch = [&] {
    std::vector<std::unique_ptr<Optimizee<float>>> functions;
    for (int f = 0; f < 2; ++f) functions.push_back(make_mlp<float>(shape, x, labels, theta));
    return FunctionBatch<float>(std::move(functions));
  };
  struct Listener final : Optimizer<float> {
    std::vector<MatrixRange> told;
    bool before_start = false;
    void set_matrices(std::span<const MatrixRange> matrices) override {
      told.assign(matrices.begin(), matrices.end());
    }
    void start(std::size_t) override { before_start = !told.empty(); }
    void step(std::span<const float>, std::span<float>) override {}
  } listener;
  FunctionBatch<float> functions = batch();
  record_trajectories<float>(functions, listener, 1);
  CHECK(listener.before_start);
  REQUIRE(listener.told.size() == 2);
  CHECK(listener.told[0].begin == 0);
  CHECK(listener.told[0].rows == 2);
  CHECK(listener.told[0].columns == 3);
  CHECK(listener.told[1].begin == 2 * 3 + 2);
  CHECK(listener.told[1].rows == 2);
  CHECK(listener.told[1].columns == 2);

  const auto muon = find_rule("muon")->make<float>({{"learning_rate", 0.05}});
  FunctionBatch<float> again = batch();
  const auto losses = record_trajectories<float>(again, *muon, 30);
  CHECK(losses(0, 30) < 0.8F * losses(0, 0));
  CHECK(losses(1, 30) == losses(0, 30));
}

TEST_CASE("divergence is recorded as +inf from its first step on, and only for its own function") {
  const auto family = small_quadratics();
  const auto losses =
      sample_trajectories(*family, Role::test, 0, 40, 60, rule("sgd", {{"learning_rate", 0.6}}), [] {});
  int diverged = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    bool seen = false;
    for (std::size_t t = 0; t <= 60; ++t) {
      const float loss = losses(i, t);
      if (seen) CHECK(loss == std::numeric_limits<float>::infinity());
      seen |= !std::isfinite(loss);
      CHECK_FALSE(std::isnan(loss));
    }
    diverged += seen;
    const auto alone =
        sample_trajectories(*family, Role::test, i, 1, 60, rule("sgd", {{"learning_rate", 0.6}}), [] {});
    CHECK((alone == xt::view(losses, xt::range(i, i + 1), xt::all())));
  }
  CHECK(diverged > 0);
  CHECK(mean_final_loss(losses) == std::numeric_limits<double>::infinity());
}

TEST_CASE("the mean final loss is the mean over the last five steps of all functions") {
  CHECK(mean_final_loss({{9, 9, 1, 2, 3, 4, 5}, {9, 9, 3, 4, 5, 6, 7}}) == 4.0);
  CHECK(mean_final_loss({{2, 4}}) == 3.0);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(mean_final_loss({{2, nan}}) == std::numeric_limits<double>::infinity());
  // Added up in double precision (in float the mean of so many is 0.09998) and one by one: stored bits.
  CHECK(mean_final_loss(xt::xtensor<float, 2>({4000, 5}, 0.1F)) == Approx(0.1F).epsilon(1e-12));
  for (const std::uint64_t trial : {1, 2, 3, 4, 5, 6, 7, 8}) {  // of so many magnitudes, the order shows
    const RandomStream stream(trial);
    xt::xtensor<float, 2> scattered({16, 5});
    double sum = 0;
    for (std::size_t i = 0; i < scattered.size(); ++i) {
      scattered(i / 5, i % 5) = static_cast<float>(std::exp(12 * stream.normal(i)));
      sum += scattered(i / 5, i % 5);
    }
    CHECK(mean_final_loss(scattered) == sum / 80);
  }
}

TEST_CASE("trajectories can be stopped") {
  struct Stop {};
  CHECK_THROWS_AS(
      sample_trajectories(*small_quadratics(), Role::test, 0, 1, 10, rule("sgd", {}), [] { throw Stop{}; }),
      Stop);
}

TEST_CASE("tuning finds the best rate of its grid and refuses those that diverge") {
  const auto family = small_quadratics();
  TuningRequest request;
  request.baseline.rule = find_rule("sgd");
  request.tuning.low = 1e-4;
  request.tuning.high = 10;
  request.tuning.points = 11;
  request.tuning.instances = 8;
  request.horizon = 30;
  const auto run = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    return tune(
        *family, request, [](double) {}, [] {});
  };
  const auto result = run(2);
  CHECK(result.rates.front() == 1e-4);
  CHECK(result.rates.back() == Approx(10));
  CHECK(std::isinf(result.losses.back()));
  CHECK_FALSE(result.at_edge());
  for (const double loss : result.losses) CHECK(result.losses[result.best] <= loss);
  for (std::size_t i = 0; i < result.rates.size(); ++i) {
    const auto losses = sample_trajectories(*family, Role::tune, 0, 8, 30,
                                            rule("sgd", {{"learning_rate", result.rates[i]}}), [] {});
    CHECK(result.losses[i] == mean_final_loss(losses));
  }
  CHECK(run(1).losses == result.losses);
}

TEST_CASE("a grid goes on in its own steps, by a factor of 10, within the range of the rate") {
  const std::vector<double> grid = log_grid(0.01, 1, 5);  // two steps a decade
  const auto above = further_rates(grid, true, 1e6), below = further_rates(grid, false, 1e6);
  REQUIRE(above.size() == 2);
  CHECK(above[0] == Approx(std::sqrt(10)));
  CHECK(above[1] == Approx(10));
  REQUIRE(below.size() == 2);
  CHECK(below[0] == Approx(0.001));
  CHECK(below[1] == Approx(0.001 * std::sqrt(10)));
  CHECK(further_rates(grid, true, 5).size() == 1);
  CHECK(further_rates(grid, true, 1).empty());
  CHECK(further_rates({0.1}, true, 10).size() == 1);
  CHECK(further_rates({1, 1000}, true, 1e6).size() == 1);  // a grid coarser than a decade
}

TEST_CASE("a baseline runs with its schedule, over the horizon it is made for") {
  TunedRule sgd{find_rule("sgd"), {{"learning_rate", 1}}, {.kind = ScheduleKind::linear, .final_share = 0.5}};
  const auto after = [&](std::size_t horizon) {
    const auto optimizer = sgd.make(horizon);
    std::vector<float> theta = {0};
    optimizer->start(1);
    for (int t = 0; t < 3; ++t) optimizer->step(std::vector<float>{1}, theta);
    return theta[0];
  };
  CHECK(after(3) == -2.25F);   // 1, 0.75, 0.5
  CHECK(after(5) == -2.625F);  // 1, 0.875, 0.75
}

TEST_CASE("a tuning compares what its target says") {
  const auto family = small_quadratics();
  TuningRequest request;
  request.baseline = {find_rule("sgd"), {}, {.kind = ScheduleKind::linear}};
  request.tuning.points = 1;
  request.tuning.low = request.tuning.high = 0.01;
  request.tuning.instances = 3;
  request.horizon = 20;
  const auto loss = [&](std::optional<int> first, std::optional<int> last) {
    request.tuning.target = {first, last};
    return tune(
               *family, request, [](double) {}, [] {})
        .losses.at(0);
  };
  TunedRule tuned = request.baseline;
  tuned.hyperparameters["learning_rate"] = 0.01;
  const auto losses = sample_trajectories(
      *family, Role::tune, 0, 3, 20, [&] { return tuned.make(20); }, [] {});
  const auto mean = [&](std::size_t first, std::size_t last) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t t = first; t <= last; ++t) sum += losses(i, t);
    return sum / static_cast<double>(3 * (last - first + 1));
  };
  CHECK(loss({}, {}) == mean(16, 20));
  CHECK(loss(1, {}) == mean(1, 20));
  CHECK(loss({}, 10) == mean(6, 10));
  CHECK(loss(0, 10) == mean(0, 10));
  CHECK(loss({}, 2) == mean(0, 2));  // no five steps yet
  CHECK(loss(10, 10) == mean(10, 10));
}
