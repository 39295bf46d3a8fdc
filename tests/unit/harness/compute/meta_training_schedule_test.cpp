// Which problems meta-training sees, at which rates phi moves, and when it may be stopped.
#include <cmath>
#include <limits>
#include <mutex>
#include <numbers>
#include <set>

#include <catch2/catch.hpp>

#include "harness/compute/horizon.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/problem.hpp"
#include "tests/unit/harness/compute/meta_training_fixture.hpp"

using namespace l2l;

namespace {

using Problem = std::pair<Role, std::uint64_t>;

/// A quadratic whose losses or gradients are NaN.
class Broken final : public Optimizee<float> {
 public:
  Broken(std::unique_ptr<Optimizee<float>> whole, bool loss) : whole_(std::move(whole)), loss_(loss) {}
  std::size_t dimension() const override { return whole_->dimension(); }
  const std::vector<ParameterGroup>& groups() const override { return whole_->groups(); }
  void initial_theta(std::span<float> theta) const override { whole_->initial_theta(theta); }
  float value(std::span<const float>, std::uint64_t) override { return loss_ ? kNaN : 1.0F; }
  float value_and_gradient(std::span<const float> theta, std::uint64_t step, std::span<float> g) override {
    std::fill(g.begin(), g.end(), kNaN);
    return value(theta, step);
  }

 private:
  static constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  std::unique_ptr<Optimizee<float>> whole_;
  bool loss_;
};

/// Small quadratics that remember which of them were drawn; training functions of some indices are broken.
class Recorder final : public OptimizeeFamily {
 public:
  explicit Recorder(std::set<std::uint64_t> broken = {}) : broken_(std::move(broken)) {
    family_ = make_family({"small", "", "quadratic", {{"dimension", 3}, {"init_stddev", 1}}});
  }
  std::size_t dimension() const override { return family_->dimension(); }
  const std::vector<ParameterGroup>& groups() const override { return family_->groups(); }
  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const override {
    const std::lock_guard lock(mutex_);
    drawn_.insert({role, index});
    auto f = family_->sample(role, index);
    if (role != Role::train || !broken_.contains(index)) return f;
    return std::make_unique<Broken>(std::move(f), true);
  }

  std::set<std::uint64_t> drawn(Role role) const {
    std::set<std::uint64_t> indices;
    for (const auto& [of, index] : drawn_)
      if (of == role) indices.insert(index);
    return indices;
  }
  std::size_t drawn() const { return drawn_.size(); }

 private:
  std::set<std::uint64_t> broken_;
  std::shared_ptr<const OptimizeeFamily> family_;
  mutable std::mutex mutex_;
  mutable std::set<Problem> drawn_;
};

/// One layer, three horizons an epoch.
MetaTrainingRequest shorter_request(int epochs) {
  MetaTrainingRequest request = small_request(epochs);
  request.learned.architecture.lstm.layers = 1;
  request.learned.training.horizons_per_epoch = 3;
  return request;
}

std::set<std::uint64_t> both(std::set<std::uint64_t> a, const std::set<std::uint64_t>& b) {
  a.insert(b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE(
    "every horizon of every epoch and seed has functions of its own; validation has its own, always the "
    "same") {
  Recorder first, second, longer;
  auto request = shorter_request(2);
  meta_train(first, request, std::nullopt, no_hooks());
  request.seed = 1;
  meta_train(second, request, std::nullopt, no_hooks());
  CHECK(first.drawn(Role::train).size() == 2 * 3 * 2);  // epochs, horizons, functions
  CHECK(both(first.drawn(Role::train), second.drawn(Role::train)).size() == 2 * 12);
  for (const Recorder* family : {&first, &second}) {
    CHECK(family->drawn(Role::validation) == std::set<std::uint64_t>{0, 1, 2});
    CHECK(family->drawn() == 12 + 3);  // none of another role
  }
}

TEST_CASE("replicas share neither phi nor functions, not those of validation either") {
  Recorder first, second, seed, first_seed;
  auto request = shorter_request(1);
  const auto start = [&](Recorder& family) {
    auto unmoved = request;
    unmoved.learning_rate = 0;
    return meta_train(family, unmoved, std::nullopt, no_hooks()).phi;
  };
  const std::vector<double> phi = start(first);
  request.replica = 1;
  const std::vector<double> other = start(second);
  CHECK(other != phi);
  request.seed = 1;
  CHECK(start(seed) != phi);
  request.replica = 0;
  CHECK(start(first_seed) != other);
  for (const Role role : {Role::train, Role::validation})
    CHECK(both(first.drawn(role), second.drawn(role)).size() == 2 * first.drawn(role).size());
  for (const Recorder* of_seed : {&seed, &first_seed})
    CHECK(both(second.drawn(Role::train), of_seed->drawn(Role::train)).size() == 2 * 6);
  CHECK(second.drawn(Role::validation) == seed.drawn(Role::validation));  // of the choice between seeds
}

TEST_CASE("the learning rate falls along a cosine, update by update, to its final ratio") {
  const Recorder family;
  const auto request = shorter_request(2);
  const auto trained = meta_train(family, request, std::nullopt, no_hooks());

  std::vector<double> phi = meta_train(family, shorter_request(0), std::nullopt, no_hooks()).phi;
  LearnedOptimizer<float> optimizer(request.learned.architecture, PhiAssignment::shared(3));
  MetaAdam adam(phi.size());
  constexpr int kHorizons = 2 * 3, kUpdates = kHorizons * 2;
  for (int h = 0; h < kHorizons; ++h) {
    auto functions = sample_batch(family, Role::train, static_cast<std::uint64_t>(2 * h), 2);
    const auto rate = [&](std::size_t k) {
      const double done = (2.0 * h + static_cast<double>(k)) / kUpdates;
      return 0.02 * (0.55 + 0.45 * std::cos(std::numbers::pi * done));
    };
    train_horizon<float>(optimizer, functions, {10, 5}, rate, phi, adam);
  }
  REQUIRE(phi.size() == trained.phi.size());
  for (std::size_t i = 0; i < phi.size(); ++i) CHECK(phi[i] == Approx(trained.phi[i]).epsilon(1e-9));
}

TEST_CASE("a horizon that diverges is left out of the training loss; if all do, it is infinite") {
  auto request = shorter_request(1);
  request.learning_rate = 0;
  request.learned.training.instances = 1;
  request.learned.training.horizons_per_epoch = 1;
  const auto one = meta_train(Recorder(), request, std::nullopt, no_hooks());
  request.learned.training.horizons_per_epoch = 2;
  const auto with_broken = meta_train(Recorder({1}), request, std::nullopt, no_hooks());
  CHECK(with_broken.train_losses == one.train_losses);
  CHECK(with_broken.validation_losses == one.validation_losses);
  const auto all_broken = meta_train(Recorder({0, 1}), request, std::nullopt, no_hooks());
  CHECK(all_broken.train_losses == std::vector<double>{std::numeric_limits<double>::infinity()});
}

TEST_CASE("a meta-gradient that is not finite leaves phi alone, although all losses are finite") {
  const Recorder family;
  const LstmSpec spec{.layers = 1, .hidden = 3};
  LearnedOptimizer<float> optimizer(spec, PhiAssignment::shared(3));
  const auto initial = initial_phi(spec, 1);
  std::vector<double> phi(initial.begin(), initial.end());
  const auto before = phi;
  MetaAdam adam(phi.size());
  std::vector<std::unique_ptr<Optimizee<float>>> functions;
  functions.push_back(std::make_unique<Broken>(family.sample(Role::train, 0), false));
  FunctionBatch<float> batch(std::move(functions));
  const auto result = train_horizon<float>(
      optimizer, batch, {10, 5}, [](std::size_t) { return 0.1; }, phi, adam);
  for (const double loss : result.losses) CHECK(loss == 1);
  CHECK(result.diverged);
  CHECK(phi == before);
  CHECK(adam.steps == 0);
}

TEST_CASE("a training can be stopped between any two horizons") {
  struct Stop {};
  for (int horizons = 0; horizons < 3; ++horizons) {
    const Recorder family;
    auto hooks = no_hooks();
    int checks = 0;
    hooks.check_stop = [&] {
      if (checks++ == horizons) throw Stop{};
    };
    CHECK_THROWS_AS(meta_train(family, shorter_request(1), std::nullopt, hooks), Stop);
    CHECK(family.drawn(Role::train).size() == static_cast<std::size_t>(2 * horizons));
    CHECK(family.drawn(Role::validation).empty());
  }
}

TEST_CASE("progress runs from nothing to everything over all epochs") {
  auto hooks = no_hooks();
  std::vector<double> fractions;
  std::string last;
  hooks.progress = [&](double fraction, const std::string& text) {
    fractions.push_back(fraction);
    last = text;
  };
  meta_train(Recorder(), shorter_request(2), std::nullopt, hooks);
  REQUIRE(fractions.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) CHECK(fractions[i] == Approx((static_cast<double>(i) + 1) / 6));
  CHECK_THAT(last, Catch::StartsWith("epoch 2/2, training loss ") && Catch::Contains(", validation "));
}
