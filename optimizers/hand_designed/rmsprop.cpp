// RMSprop: Torch7's optim.rmsprop.
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Rmsprop final : public Optimizer<Real> {
 public:
  explicit Rmsprop(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        decay_(hyperparameter<Real>(h, "alpha")),
        fresh_(static_cast<Real>(1.0 - hyperparameter<double>(h, "alpha"))),
        epsilon_(hyperparameter<Real>(h, "epsilon")),
        initial_mean_(hyperparameter<Real>(h, "initial_mean")) {}
  void start(std::size_t n) override { mean_squares_.assign(n, initial_mean_); }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const std::size_t n = mean_squares_.size();
    L2L_CHECK(gradient.size() == n && theta.size() == n, "gradient={} theta={} n={}", gradient.size(),
              theta.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      const Real g = gradient[i];
      mean_squares_[i] = decay_ * mean_squares_[i] + fresh_ * (g * g);
      theta[i] -= learning_rate_ * (g / (std::sqrt(mean_squares_[i]) + epsilon_));
    }
  }

 private:
  Real learning_rate_, decay_, fresh_, epsilon_, initial_mean_;
  std::vector<Real> mean_squares_;
};

}  // namespace

Rule rmsprop_rule() {
  return make_rule<Rmsprop>("rmsprop", "RMSprop",
                            "m <- alpha m + (1 - alpha) g^2; theta <- theta - lr g / (sqrt(m) + epsilon)",
                            "learning_rate",
                            {{"learning_rate", {1e-2, 0, 1e6}},
                             {"alpha", {0.99, 0, 1}},
                             {"epsilon", {1e-8, 0, 1}},
                             {"initial_mean", {0, 0, 1e6}}});
}

}  // namespace l2l
