// Gradient descent with momentum: Torch7's optim.sgd with its `momentum` set.
#include <algorithm>
#include <vector>

#include "core/error.hpp"
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
    const std::size_t n = velocity_.size();
    L2L_CHECK(gradient.size() == n && theta.size() == n, "gradient={} theta={} n={}", gradient.size(),
              theta.size(), n);
    if (first_)  // Torch7 starts from the gradient itself, undamped
      std::copy(gradient.begin(), gradient.end(), velocity_.begin());
    else
      for (std::size_t i = 0; i < n; ++i)
        velocity_[i] = momentum_ * velocity_[i] + gradient_share_ * gradient[i];
    first_ = false;
    for (std::size_t i = 0; i < n; ++i) theta[i] -= learning_rate_ * velocity_[i];
  }

 private:
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
