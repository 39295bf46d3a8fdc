// Adagrad: Torch7's optim.adagrad.
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Adagrad final : public Optimizer<Real> {
 public:
  explicit Adagrad(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        epsilon_(hyperparameter<Real>(h, "epsilon")) {}
  void start(std::size_t n) override { squares_.assign(n, Real{0}); }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const std::size_t n = squares_.size();
    L2L_CHECK(gradient.size() == n && theta.size() == n, "gradient={} theta={} n={}", gradient.size(),
              theta.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      const Real g = gradient[i];
      squares_[i] += g * g;
      theta[i] -= learning_rate_ * (g / (std::sqrt(squares_[i]) + epsilon_));
    }
  }

 private:
  Real learning_rate_, epsilon_;
  std::vector<Real> squares_;  // sum of squared gradients
};

}  // namespace

/// Torch7 writes its 1e-10 as a constant; here it has a name.
Rule adagrad_rule() {
  return make_rule<Adagrad>("adagrad", "Adagrad", "v <- v + g^2; theta <- theta - lr g / (sqrt(v) + epsilon)",
                            "learning_rate", {{"learning_rate", {1e-3, 0, 1e6}}, {"epsilon", {1e-10, 0, 1}}});
}

}  // namespace l2l
