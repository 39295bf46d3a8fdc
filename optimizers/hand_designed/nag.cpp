// Nesterov's accelerated gradient: Torch7's optim.nag.
#include <vector>

#include "core/error.hpp"
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Nag final : public Optimizer<Real> {
 public:
  explicit Nag(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        momentum_(hyperparameter<Real>(h, "momentum")) {}
  void start(std::size_t n) override { displacement_.assign(n, Real{0}); }
  bool looks_ahead() const override { return true; }
  void gradient_point(std::span<const Real> theta, std::span<Real> point) const override {
    const std::size_t n = displacement_.size();
    L2L_CHECK(theta.size() == n && point.size() == n, "theta={} point={} n={}", theta.size(), point.size(),
              n);
    for (std::size_t i = 0; i < n; ++i) point[i] = theta[i] + momentum_ * displacement_[i];
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const std::size_t n = displacement_.size();
    L2L_CHECK(gradient.size() == n && theta.size() == n, "gradient={} theta={} n={}", gradient.size(),
              theta.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      displacement_[i] = momentum_ * displacement_[i] - learning_rate_ * gradient[i];
      theta[i] += displacement_[i];
    }
  }

 private:
  Real learning_rate_, momentum_;
  std::vector<Real> displacement_;  // d_t = theta_t - theta_{t-1}
};

}  // namespace

Rule nag_rule() {
  return make_rule<Nag>("nag", "NAG", "g at theta + mu d; d <- mu d - lr g; theta <- theta + d",
                        "learning_rate", {{"learning_rate", {1e-3, 0, 1e6}}, {"momentum", {0.9, 0, 1}}});
}

}  // namespace l2l
