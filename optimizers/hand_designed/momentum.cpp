// Gradient descent with momentum: Torch7's optim.sgd with its `momentum` set.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/momentum.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(MomentumUpdate, (V g, V& theta, V& velocity, V learning_rate, V momentum, V gradient_share), {
  velocity = momentum * velocity + gradient_share * g;
  theta = theta - learning_rate * velocity;
});

/// Torch7 starts from the gradient itself, undamped.
L2L_UPDATE(FirstMomentumUpdate, (V g, V& theta, V& velocity, V learning_rate), {
  velocity = g;
  theta = theta - learning_rate * velocity;
});

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

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
      elementwise<Real>(first_update_, {gradient}, {theta, velocity_}, {this->rate(learning_rate_)});
    else
      elementwise<Real>(update_, {gradient}, {theta, velocity_},
                        {this->rate(learning_rate_), momentum_, gradient_share_});
    first_ = false;
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(MomentumUpdate);
  ElementwiseKernel first_update_ = L2L_ELEMENTWISE(FirstMomentumUpdate);
  Real learning_rate_, momentum_, gradient_share_;
  std::vector<Real> velocity_;
  bool first_ = true;
};

}  // namespace

/// Torch7 has no default momentum (0 is off): 0.9 is the constant everybody uses, and that of optim.nag.
Rule momentum_rule() {
  return make_rule<Momentum>({
      .name = "momentum",
      .label = "Momentum",
      .equation = "v <- mu v + (1 - dampening) g, v_1 = g_1; theta <- theta - lr v (dampening -1: mu)",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"momentum", {0.9, 0, 1}},
                 {"dampening", {kDampeningFollowsMomentum, -1, 1}}},
      .cost = cost_of_coordinate<5, 1>,
      .also = {{"heavyball", {{"dampening", 0}}}},
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
