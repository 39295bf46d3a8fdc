// Gradient descent with momentum: Torch7's optim.sgd with its `momentum` set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/momentum.cpp"
#include "core/each_target.hpp"
#include "optimizers/kernels/elementwise-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

struct MomentumUpdate {
  template <class V>
  HWY_INLINE void operator()(V g, V& theta, V& velocity, V learning_rate, V momentum,
                             V gradient_share) const {
    velocity = momentum * velocity + gradient_share * g;
    theta = theta - learning_rate * velocity;
  }
};
ElementwiseKernel MomentumKernel() {
  return Elementwise<MomentumUpdate>();
}

/// Torch7 starts from the gradient itself, undamped.
struct FirstMomentumUpdate {
  template <class V>
  HWY_INLINE void operator()(V g, V& theta, V& velocity, V learning_rate) const {
    velocity = g;
    theta = theta - learning_rate * velocity;
  }
};
ElementwiseKernel FirstMomentumKernel() {
  return Elementwise<FirstMomentumUpdate>();
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

HWY_EXPORT(MomentumKernel);
HWY_EXPORT(FirstMomentumKernel);

// Torch7: "dampening" defaults to the momentum, whatever that is set to.
constexpr double kDampeningFollowsMomentum = -1;

template <class Real>
class Momentum final : public Optimizer<Real> {
 public:
  explicit Momentum(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        momentum_(hyperparameter<Real>(h, "momentum")) {
    const double dampening = hyperparameter<double>(h, "dampening");
    const double undamped = 1.0 - (dampening < 0 ? hyperparameter<double>(h, "momentum") : dampening);
    gradient_share_ = static_cast<Real>(undamped);
  }
  void start(std::size_t n) override {
    velocity_.assign(n, Real{0});
    first_ = true;
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    if (first_)
      elementwise<Real>(first_update_, {gradient}, {theta, velocity_}, {learning_rate_});
    else
      elementwise<Real>(update_, {gradient}, {theta, velocity_},
                        {learning_rate_, momentum_, gradient_share_});
    first_ = false;
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(MomentumKernel);
  ElementwiseKernel first_update_ = L2L_ELEMENTWISE(FirstMomentumKernel);
  Real learning_rate_, momentum_, gradient_share_;
  std::vector<Real> velocity_;
  bool first_ = true;
};

}  // namespace

/// Torch7 has no default momentum (0 is off): 0.9 is the constant everybody uses, and that of optim.nag.
Rule momentum_rule() {
  return make_rule<Momentum>(
      "momentum", "Momentum",
      "v <- mu v + (1 - dampening) g, v_1 = g_1; theta <- theta - lr v (dampening -1: mu)", "learning_rate",
      {{"learning_rate", {1e-3, 0, 1e6}},
       {"momentum", {0.9, 0, 1}},
       {"dampening", {kDampeningFollowsMomentum, -1, 1}}});
}

}  // namespace l2l
#endif  // HWY_ONCE
