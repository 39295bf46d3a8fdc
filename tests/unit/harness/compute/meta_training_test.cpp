// Meta-training: resume, determinism, schedules, per-group phi, and that it learns.
#include <catch2/catch.hpp>

#include <limits>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/trajectories.hpp"
#include "optimizees/convnet.hpp"
#include "optimizees/quadratic.hpp"
#include "tests/unit/harness/compute/meta_training_fixture.hpp"

using namespace l2l;

namespace {

/// f(theta) = sum_i a_i theta_i^2 with two parameter groups: an answer known in closed form.
class Bowl final : public Optimizee<float> {
 public:
  Bowl(std::size_t n, float start) : start_(start), groups_{{"left", 0, n / 2}, {"right", n / 2, n}}, n_(n) {}
  std::size_t dimension() const override { return n_; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  void initial_theta(std::span<float> theta) const override { std::fill(theta.begin(), theta.end(), start_); }
  float value(std::span<const float> theta, std::uint64_t) override {
    float sum = 0;
    for (const float x : theta) sum += x * x;
    return sum;
  }
  float value_and_gradient(std::span<const float> theta, std::uint64_t step,
                           std::span<float> gradient) override {
    for (std::size_t i = 0; i < n_; ++i) gradient[i] = 2 * theta[i];
    return value(theta, step);
  }

 private:
  float start_;
  std::vector<ParameterGroup> groups_;
  std::size_t n_;
};

class BowlFamily final : public OptimizeeFamily {
 public:
  explicit BowlFamily(std::size_t n = 6) : prototype_(n, 0) {}
  std::size_t dimension() const override { return prototype_.dimension(); }
  const std::vector<ParameterGroup>& groups() const override { return prototype_.groups(); }
  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const override {
    const float start = 0.5F + 0.1F * static_cast<float>(index % 7) + (role == Role::train ? 0.0F : 0.05F);
    return std::make_unique<Bowl>(dimension(), start);
  }

 private:
  Bowl prototype_;
};

constexpr Architecture kArchitectures[] = {Architecture::lstm, Architecture::lstm_gac, Architecture::ntm_bfgs,
                                           Architecture::ntm_l_bfgs};

bool same(const MetaTrainingState& a, const MetaTrainingState& b) {
  return a.serialize() == b.serialize();
}

struct ObservedHorizon {
  HorizonResult result;
  std::int64_t adam_steps;
  std::vector<double> meta_losses;  ///< one per unroll
};

/// One horizon of a small LSTM on two bowls.
ObservedHorizon observed_horizon(const HorizonSettings& settings) {
  const BowlFamily family;
  const LstmSpec spec{.hidden = 3};
  LearnedOptimizer<float> optimizer(spec, PhiAssignment::shared(family.dimension()));
  const auto initial = initial_phi(spec, 1);
  std::vector<double> phi(initial.begin(), initial.end());
  MetaAdam adam(phi.size());
  auto functions = sample_batch(family, Role::train, 0, 2);
  std::vector<double> meta_losses;
  auto result = train_horizon<float>(
      optimizer, functions, settings, [](std::size_t) { return 0.01; }, phi, adam,
      [&](const UnrollReport& report) { meta_losses.push_back(report.meta_loss); });
  return {std::move(result), adam.steps, std::move(meta_losses)};
}

}  // namespace

TEST_CASE("meta-training lowers the validation loss and keeps the best phi") {
  const BowlFamily family;
  const auto kind = GENERATE(from_range(std::begin(kArchitectures), std::end(kArchitectures)));
  const auto state = meta_train(family, small_request(12, kind), std::nullopt, no_hooks());
  REQUIRE(state.epochs_done() == 12);
  CHECK(state.best_validation() < 0.6 * state.validation_losses.front());
  CHECK(state.best_validation() ==
        *std::min_element(state.validation_losses.begin(), state.validation_losses.end()));
}

TEST_CASE("a meta-training that is stopped after any epoch ends in the same bits") {
  const BowlFamily family;
  const auto request =
      small_request(4, GENERATE(from_range(std::begin(kArchitectures), std::end(kArchitectures))));
  const auto whole = meta_train(family, request, std::nullopt, no_hooks());
  for (int stop_after = 1; stop_after <= 3; ++stop_after) {
    struct Stop {};
    std::string checkpoint;
    auto hooks = no_hooks();
    hooks.epoch_done = [&](const MetaTrainingState& state) {
      checkpoint = state.serialize();
      if (state.epochs_done() == stop_after) throw Stop{};
    };
    CHECK_THROWS_AS(meta_train(family, request, std::nullopt, hooks), Stop);
    const auto resumed = meta_train(family, request, MetaTrainingState::deserialize(checkpoint), no_hooks());
    CHECK(same(resumed, whole));
  }
}

TEST_CASE("meta-training has the same bits for one and two threads") {
  const BowlFamily family(1500);
  auto request = small_request(1, GENERATE(from_range(std::begin(kArchitectures), std::end(kArchitectures))));
  request.learned.training.horizons_per_epoch = 2;
  const auto run = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    return meta_train(family, request, std::nullopt, no_hooks());
  };
  CHECK(same(run(1), run(2)));
}

TEST_CASE("seed, learning rate, clip and decay each change the training") {
  const BowlFamily family;
  const auto base = meta_train(family, small_request(2), std::nullopt, no_hooks());
  auto request = small_request(2);
  SECTION("seed") {
    request.seed = 1;
  }
  SECTION("learning rate") {
    request.learning_rate = 0.03;
  }
  SECTION("clip") {
    request.learned.training.gradient_clip = 1e-3;
  }
  SECTION("decay") {
    request.learned.training.final_learning_rate_ratio = 1;
  }
  SECTION("weights") {
    request.learned.training.weights.kind = MetaLossWeights::Kind::last;
  }
  CHECK_FALSE(same(meta_train(family, request, std::nullopt, no_hooks()), base));
}

TEST_CASE("patience stops a training that no longer improves") {
  const BowlFamily family;
  auto request = small_request(50);
  request.learning_rate = 0;  // no epoch is better than the first
  request.learned.training.patience = 3;
  const auto state = meta_train(family, request, std::nullopt, no_hooks());
  CHECK(state.best_epoch == 1);
  CHECK(state.epochs_done() == 4);
}

TEST_CASE("a damaged checkpoint is refused") {
  const BowlFamily family;
  const auto bytes = meta_train(family, small_request(1), std::nullopt, no_hooks()).serialize();
  CHECK_THROWS_AS(MetaTrainingState::deserialize(bytes.substr(0, bytes.size() / 2)), Error);
  CHECK_THROWS_AS(MetaTrainingState::deserialize("nonsense"), Error);
}

TEST_CASE("two phi on two parameter groups train jointly; equal phi on both act as one") {
  const BowlFamily family;
  auto request = small_request(3);
  request.learned.phi_groups = {{"right"}, {"left"}};
  const auto state = meta_train(family, request, std::nullopt, no_hooks());
  const std::size_t each = phi_size(request.learned.architecture);
  REQUIRE(state.best_phi.size() == 2 * each);
  CHECK_FALSE(
      std::equal(state.best_phi.begin(), state.best_phi.begin() + each, state.best_phi.begin() + each));

  const std::vector<float> phi = initial_phi(request.learned.architecture, 7);
  std::vector<float> twice = phi;
  twice.insert(twice.end(), phi.begin(), phi.end());
  const auto run = [&](const LearnedSpec& learned, const std::vector<float>& values) {
    LearnedOptimizer<float> optimizer(learned.architecture, assign_phi(learned, family));
    optimizer.set_phi(values);
    auto functions = sample_batch(family, Role::test, 0, 3);
    return record_trajectories<float>(functions, optimizer, 10);
  };
  LearnedSpec shared = request.learned;
  shared.phi_groups.clear();
  CHECK((run(request.learned, twice) == run(shared, phi)));
}

TEST_CASE("averages are over the coordinates that a phi owns within one function") {
  // Left and right half of a bowl by a phi each: as the halves by themselves, so averages stay in the halves.
  const BowlFamily whole(6);
  for (const Architecture kind : kArchitectures) {
    LearnedSpec learned = small_request(1, kind).learned;
    learned.phi_groups = {{"left"}, {"right"}};
    const std::vector<float> phi = initial_phi(learned.architecture, 7),
                             other = initial_phi(learned.architecture, 8);
    std::vector<float> both = phi;
    both.insert(both.end(), other.begin(), other.end());
    std::vector<float> gradients(2 * 6), theta(2 * 6, 0.0F);
    for (std::size_t k = 0; k < gradients.size(); ++k) gradients[k] = 0.1F * static_cast<float>(k) - 0.3F;
    LearnedOptimizer<float> optimizer(learned.architecture, assign_phi(learned, whole));
    optimizer.set_phi(both);
    optimizer.start(2 * 6);
    for (int t = 0; t < 3; ++t) optimizer.step(gradients, theta);
    for (std::size_t part = 0; part < 4; ++part) {  // function by function, left and right
      LearnedOptimizer<float> alone(learned.architecture, PhiAssignment::shared(3));
      alone.set_phi(part % 2 == 0 ? phi : other);
      alone.start(3);
      std::vector<float> own(3, 0.0F);
      for (int t = 0; t < 3; ++t) alone.step(std::span<const float>(gradients).subspan(part * 3, 3), own);
      CHECK(std::equal(own.begin(), own.end(), theta.begin() + static_cast<std::ptrdiff_t>(part * 3)));
    }
  }
}

TEST_CASE("phi groups that are no partition are refused") {
  const BowlFamily family;
  LearnedSpec learned;
  learned.phi_groups = {{"left"}};
  CHECK_THROWS_AS(assign_phi(learned, family), Error);
  learned.phi_groups = {{"left"}, {"right", "left"}};
  CHECK_THROWS_AS(assign_phi(learned, family), Error);
}

TEST_CASE("groups that phi_groups do not name share the phi of the group they go with") {
  ConvNetFamilyOptions options;
  options.convolutions = {{2, 1, 0, 1}};
  options.hidden = {3};
  auto data = std::make_shared<ImageDataset>();
  *data = {1, 1, 1, 1, {7}, {0}, 2};
  for (ExampleRange& range : options.examples) range = {data, 0, 1};
  const auto family = make_convnet_family(options);
  LearnedSpec learned;
  const auto sizes = [&](std::vector<std::vector<std::string>> groups) {
    learned.phi_groups = std::move(groups);
    std::vector<std::size_t> owned;
    for (const auto& part : assign_phi(learned, *family).parts) {
      owned.push_back(0);
      for (const CoordinateRange& range : part) owned.back() += range.end - range.begin;
    }
    return owned;
  };
  // conv: 2 weights, 2 biases, 2 beta; fc: 3 * 2 + 2 * 3 weights, 3 + 2 biases, 3 beta.
  CHECK(sizes({{"conv"}, {"fc"}}) == std::vector<std::size_t>{2, 24});
  CHECK(sizes({{"conv", "conv-biases", "conv-batch-norm"}, {"fc"}}) == std::vector<std::size_t>{6, 20});
  CHECK(sizes({{"conv"}, {"fc"}, {"fc-batch-norm", "conv-batch-norm"}}) ==
        std::vector<std::size_t>{2, 19, 5});
  CHECK_THROWS_AS(sizes({{"conv"}, {"fc-biases"}}), Error);
}

TEST_CASE("a horizon that diverges leaves phi alone and says so") {
  class Exploding final : public Optimizee<float> {
   public:
    std::size_t dimension() const override { return 1; }
    const std::vector<ParameterGroup>& groups() const override { return groups_; }
    void initial_theta(std::span<float> theta) const override { theta[0] = 1; }
    float value(std::span<const float>, std::uint64_t step) override {
      return step < 3 ? 1.0F : std::numeric_limits<float>::quiet_NaN();
    }
    float value_and_gradient(std::span<const float> theta, std::uint64_t step, std::span<float> g) override {
      g[0] = 1;
      return value(theta, step);
    }

   private:
    std::vector<ParameterGroup> groups_{{"all", 0, 1}};
  };
  LstmSpec spec{.hidden = 3};
  LearnedOptimizer<float> optimizer(spec, PhiAssignment::shared(1));
  const auto initial = initial_phi(spec, 1);
  std::vector<double> phi(initial.begin(), initial.end());
  const auto before = phi;
  MetaAdam adam(phi.size());
  std::vector<std::unique_ptr<Optimizee<float>>> functions;
  functions.push_back(std::make_unique<Exploding>());
  FunctionBatch<float> batch(std::move(functions));
  const auto result = train_horizon<float>(
      optimizer, batch, {10, 5}, [](std::size_t) { return 0.1; }, phi, adam);
  CHECK(result.diverged);
  CHECK(phi == before);
  CHECK(adam.steps == 0);
}

TEST_CASE("w_t = 1[t = T] moves phi once per horizon") {
  const auto [result, adam_steps, meta_losses] =
      observed_horizon({20, 5, MetaLossWeights{MetaLossWeights::Kind::last}.at_steps(20)});
  CHECK(adam_steps == 1);
  REQUIRE(meta_losses.size() == 4);
  CHECK(meta_losses[0] == 0);
  CHECK(meta_losses[3] == result.losses.back());
}

TEST_CASE("a meta-loss is the weighted sum, and an unroll of no weight leaves phi alone") {
  const auto [result, adam_steps, meta_losses] = observed_horizon({7, 3, {2, 0.5, 0, 0, 0, 0, 0.25}});
  CHECK(adam_steps == 2);
  REQUIRE(meta_losses.size() == 3);
  CHECK(meta_losses[0] == Approx(2 * result.losses[1] + 0.5 * result.losses[2]));
  CHECK(meta_losses[1] == 0);
  CHECK(meta_losses[2] == 0.25 * result.losses[7]);
}

TEST_CASE("weights that say the same train the same bits") {
  using Kind = MetaLossWeights::Kind;
  const BowlFamily family;
  auto request = small_request(2, GENERATE(Architecture::lstm, Architecture::ntm_bfgs));
  const auto trained = [&](MetaLossWeights weights) {
    request.learned.training.weights = std::move(weights);
    return meta_train(family, request, std::nullopt, no_hooks()).serialize();
  };
  const std::string all = trained({}), last = trained({Kind::last});
  CHECK(all != last);
  CHECK(trained({.kind = Kind::listed, .values = std::vector<double>(10, 1.0)}) == all);
  CHECK(trained({.kind = Kind::listed, .values = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}) == last);
  CHECK(trained({.kind = Kind::linear, .from = 1, .to = 1}) == all);
  CHECK(trained({.kind = Kind::exponential, .ratio = 1}) == all);
  CHECK(trained({.kind = Kind::linear, .from = 0, .to = 0.9}) ==
        trained({.kind = Kind::listed,
                 .values = MetaLossWeights{.kind = Kind::linear, .from = 0, .to = 0.9}.at_steps(10)}));
}

TEST_CASE("a horizon that the unroll does not divide ends in a shorter unroll") {
  const auto [result, adam_steps, meta_losses] = observed_horizon({7, 5});
  CHECK(adam_steps == 2);
  REQUIRE(result.losses.size() == 8);
  REQUIRE(meta_losses.size() == 2);
  CHECK(meta_losses[1] == Approx(result.losses[6] + result.losses[7]));
}
