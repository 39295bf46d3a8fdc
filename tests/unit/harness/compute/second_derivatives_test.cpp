// Meta-training with the dashed edges kept: against finite differences of the meta-loss itself.
#include <catch2/catch.hpp>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/tolerances.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/compute/meta_training.hpp"
#include "optimizees/quadratic.hpp"
#include "tests/unit/harness/compute/meta_training_fixture.hpp"
#include "tests/unit/optimizers/architecture_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

constexpr std::size_t kFunctions = 2, kDimension = 3, kUnroll = 4;

template <class Real>
FunctionBatch<Real> quadratics() {
  std::vector<std::unique_ptr<Optimizee<Real>>> functions;
  for (std::size_t f = 0; f < kFunctions; ++f) {
    std::vector<float> values(kDimension * (kDimension + 2));  // float: both precisions see the same ones
    RandomStream(f).fill_normal<float>(values, 0.7);
    const std::vector<Real> all(values.begin(), values.end());
    const std::span<const Real> span(all);
    functions.push_back(make_quadratic<Real>(span.first(kDimension * kDimension),
                                             span.subspan(kDimension * kDimension, kDimension),
                                             span.last(kDimension)));
  }
  return FunctionBatch<Real>(std::move(functions));
}

/// f(theta) = sum_i a_i theta_i: its gradient does not depend on theta, nor on phi.
template <class Real>
class Linear final : public Optimizee<Real> {
 public:
  std::size_t dimension() const override { return kDimension; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  void initial_theta(std::span<Real> theta) const override { std::fill(theta.begin(), theta.end(), Real(1)); }
  Real value(std::span<const Real> theta, std::uint64_t) override {
    Real sum = 0;
    for (std::size_t i = 0; i < kDimension; ++i) sum += slope(i) * theta[i];
    return sum;
  }
  Real value_and_gradient(std::span<const Real> theta, std::uint64_t step,
                          std::span<Real> gradient) override {
    for (std::size_t i = 0; i < kDimension; ++i) gradient[i] = slope(i);
    return value(theta, step);
  }
  void hessian_vector_product(std::span<const Real>, std::uint64_t, std::span<const Real>,
                              std::span<Real> product) override {
    std::fill(product.begin(), product.end(), Real(0));
  }

 private:
  static Real slope(std::size_t i) { return Real(0.5) + static_cast<Real>(i); }
  std::vector<ParameterGroup> groups_{{"theta", 0, kDimension}};
};

struct Observed {
  std::vector<double> meta_losses;         ///< one per unroll
  std::vector<std::vector<double>> dphis;  ///< likewise
};

/// Two unrolls of phi; of `later` from the second on, where that is given.
template <class Real>
Observed observe(const ArchitectureSpec& spec, FunctionBatch<Real> functions, DashedEdges edges,
                 const std::vector<double>& phi, std::size_t unroll = kUnroll,
                 const std::vector<double>& weights = {}, const std::vector<double>& later = {}) {
  LearnedOptimizer<Real> optimizer(spec, PhiAssignment::shared(kDimension), edges);
  MetaAdam adam(phi.size());
  std::vector<double> unmoved = phi;
  Observed observed;
  const HorizonSettings settings{2 * unroll, unroll, weights, 0, edges};
  train_horizon<Real>(
      optimizer, functions, settings, [](std::size_t) { return 0.0; }, unmoved, adam,
      [&](const UnrollReport& report) {
        observed.meta_losses.push_back(report.meta_loss);
        observed.dphis.emplace_back(report.dphi.begin(), report.dphi.end());
        if (!later.empty()) set_phi(optimizer, later);
      });
  REQUIRE(observed.meta_losses.size() == 2);
  return observed;
}

/// Steps that keep theta in bounds: where it runs away gates saturate, and no edge carries anything.
std::vector<ArchitectureSpec> kinds() {
  std::vector<ArchitectureSpec> specs = {make_spec(2, 4, Preprocessing::none),
                                         make_spec(1, 3, Preprocessing::log_and_sign),
                                         make_gac(2, 4, 2, Preprocessing::none),
                                         make_gac(1, 3, 1, Preprocessing::log_and_sign),
                                         make_ntm(1, 2, 1, 0),
                                         make_ntm(1, 2, 1, 2, 2, Preprocessing::log_and_sign)};
  for (ArchitectureSpec& spec : specs) spec.lstm.output_scale = 0.3;
  return specs;
}

}  // namespace

TEST_CASE("with the dashed edges kept dL/dphi is the derivative of the meta-loss, in every unroll") {
  // w_1 ... w_T of two unrolls: all, the last one only, any
  const auto weights = GENERATE(std::vector<double>{}, std::vector<double>{0, 0, 0, 0, 0, 0, 0, 1},
                                std::vector<double>{0.5, 0, 2, 0.25, 1.5, 0.125, 0, 3});
  for (const ArchitectureSpec& spec : kinds()) {
    CAPTURE(name_of(spec), weights);
    const std::vector<double> phi = start_phi(spec, 5);
    const Observed kept =
        observe<double>(spec, quadratics<double>(), DashedEdges::kept, phi, kUnroll, weights);
    const Observed dropped =
        observe<double>(spec, quadratics<double>(), DashedEdges::dropped, phi, kUnroll, weights);
    CHECK(kept.meta_losses == dropped.meta_losses);
    std::vector<double> first(phi.size()), second(phi.size());
    constexpr double kStep = 1e-5;
    for (std::size_t i = 0; i < phi.size(); ++i) {
      std::vector<double> above = phi, below = phi;
      above[i] += kStep;
      below[i] -= kStep;
      // A first unroll of phi itself, then the difference: what was before an unroll is a constant of it.
      const auto loss = [&](const std::vector<double>& from, const std::vector<double>& later,
                            std::size_t u) {
        return observe<double>(spec, quadratics<double>(), DashedEdges::dropped, from, kUnroll, weights,
                               later)
            .meta_losses[u];
      };
      first[i] = (loss(above, above, 0) - loss(below, below, 0)) / (2 * kStep);
      second[i] = (loss(phi, above, 1) - loss(phi, below, 1)) / (2 * kStep);
    }
    CHECK(error_of(kept.dphis[0], first) < 1e-8);
    CHECK(error_of(kept.dphis[1], second) < 1e-8);
    CHECK(error_of(dropped.dphis[1], second) > 1e-5);
  }
}

TEST_CASE("single precision's meta-gradient is double precision's") {
  for (const ArchitectureSpec& spec : kinds()) {
    CAPTURE(name_of(spec));
    const std::vector<double> phi = start_phi(spec, 5);
    const auto edges = GENERATE(DashedEdges::kept, DashedEdges::dropped);
    const auto weights =
        GENERATE(std::vector<double>{}, std::vector<double>{0.5, 0, 2, 0.25, 1.5, 0.125, 0, 3});
    const Observed single = observe<float>(spec, quadratics<float>(), edges, phi, kUnroll, weights);
    const Observed expected = observe<double>(spec, quadratics<double>(), edges, phi, kUnroll, weights);
    for (std::size_t u = 0; u < 2; ++u)
      CHECK(error_of(single.dphis[u], expected.dphis[u]) < tolerances::kShortUnrolls.float32);
  }
}

TEST_CASE("the dashed edges make no difference where f'' = 0, nor in unrolls of one step") {
  const auto linear = [] {
    std::vector<std::unique_ptr<Optimizee<double>>> functions;
    functions.push_back(std::make_unique<Linear<double>>());
    return FunctionBatch<double>(std::move(functions));
  };
  for (const ArchitectureSpec& spec : kinds()) {
    CAPTURE(name_of(spec));
    const std::vector<double> phi = start_phi(spec, 5);
    const auto both = [&](const auto& functions, std::size_t unroll) {
      return std::pair{observe<double>(spec, functions(), DashedEdges::kept, phi, unroll),
                       observe<double>(spec, functions(), DashedEdges::dropped, phi, unroll)};
    };
    const auto [kept, dropped] = both(linear, kUnroll);
    const auto [kept_one, dropped_one] = both(quadratics<double>, 1);
    for (std::size_t u = 0; u < 2; ++u) {
      CHECK(error_of(kept.dphis[u], dropped.dphis[u]) < 1e-13);
      CHECK(error_of(kept_one.dphis[u], dropped_one.dphis[u]) < 1e-13);
    }
  }
}

TEST_CASE("second derivatives are asked for at the theta and the step of the gradient") {
  /// Remembers where its gradient was asked for.
  class Witness final : public Optimizee<double> {
   public:
    explicit Witness(int& asked) : asked_(asked) {}
    std::size_t dimension() const override { return linear_.dimension(); }
    const std::vector<ParameterGroup>& groups() const override { return linear_.groups(); }
    void initial_theta(std::span<double> theta) const override { linear_.initial_theta(theta); }
    double value(std::span<const double> theta, std::uint64_t step) override {
      return linear_.value(theta, step);
    }
    double value_and_gradient(std::span<const double> theta, std::uint64_t step,
                              std::span<double> gradient) override {
      CHECK(step == seen_.size());
      seen_.emplace_back(theta.begin(), theta.end());
      return linear_.value_and_gradient(theta, step, gradient);
    }
    void hessian_vector_product(std::span<const double> theta, std::uint64_t step, std::span<const double> v,
                                std::span<double> product) override {
      ++asked_;
      REQUIRE(step < seen_.size());
      CHECK(seen_[step] == std::vector<double>(theta.begin(), theta.end()));
      linear_.hessian_vector_product(theta, step, v, product);
    }

   private:
    int& asked_;
    Linear<double> linear_;
    std::vector<std::vector<double>> seen_;
  };
  int asked = 0;
  std::vector<std::unique_ptr<Optimizee<double>>> functions;
  functions.push_back(std::make_unique<Witness>(asked));
  const ArchitectureSpec spec = make_spec(1, 3, Preprocessing::none);
  observe<double>(spec, FunctionBatch<double>(std::move(functions)), DashedEdges::kept, start_phi(spec, 1));
  CHECK(asked == 2 * kUnroll);
}

TEST_CASE("second derivatives that an optimizee does not have are a bug") {
  class Plain final : public Optimizee<double> {
   public:
    std::size_t dimension() const override { return kDimension; }
    const std::vector<ParameterGroup>& groups() const override { return groups_; }
    void initial_theta(std::span<double> theta) const override { std::fill(theta.begin(), theta.end(), 1.0); }
    double value(std::span<const double>, std::uint64_t) override { return 1; }
    double value_and_gradient(std::span<const double>, std::uint64_t, std::span<double> g) override {
      std::fill(g.begin(), g.end(), 1.0);
      return 1;
    }

   private:
    std::vector<ParameterGroup> groups_{{"theta", 0, kDimension}};
  };
  std::vector<std::unique_ptr<Optimizee<double>>> functions;
  functions.push_back(std::make_unique<Plain>());
  const ArchitectureSpec spec = make_spec(1, 3, Preprocessing::none);
  CHECK_THROWS_AS(observe<double>(spec, FunctionBatch<double>(std::move(functions)), DashedEdges::kept,
                                  start_phi(spec, 1)),
                  CheckFailure);
}

TEST_CASE("meta-training with the dashed edges kept learns, resumes to the bit, and is another training") {
  const auto family = make_quadratic_family({{.dimension = 4}, "second derivatives"});
  auto request = small_request(6, GENERATE(Architecture::lstm, Architecture::ntm_bfgs));
  const auto train = [&](std::optional<MetaTrainingState> from, const MetaTrainingHooks& hooks) {
    return meta_train(*family, request, std::move(from), hooks);
  };
  const std::string dropped = train(std::nullopt, no_hooks()).serialize();
  request.learned.training.second_derivatives = true;
  const MetaTrainingState whole = train(std::nullopt, no_hooks());
  CHECK(whole.serialize() != dropped);
  CHECK(whole.best_validation() < 0.9 * whole.validation_losses.front());

  struct Stop {};
  std::string checkpoint;
  auto stopping = no_hooks();
  stopping.epoch_done = [&](const MetaTrainingState& state) {
    checkpoint = state.serialize();
    if (state.epochs_done() == 2) throw Stop{};
  };
  CHECK_THROWS_AS(train(std::nullopt, stopping), Stop);
  CHECK(train(MetaTrainingState::deserialize(checkpoint), no_hooks()).serialize() == whole.serialize());
}

TEST_CASE("meta-training with the dashed edges kept has the same bits for one and two threads") {
  const auto family = make_quadratic_family({{.dimension = 60}, "second derivatives"});
  auto request = small_request(1);
  request.learned.training.second_derivatives = true;
  request.learned.training.instances = 80;  // more coordinates than one task takes
  request.learned.training.horizons_per_epoch = 2;
  const auto run = [&](std::size_t threads) {
    const ThreadLimit limit(threads);
    return meta_train(*family, request, std::nullopt, no_hooks()).serialize();
  };
  CHECK(run(1) == run(2));
}
