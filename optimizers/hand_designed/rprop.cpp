// Resilient propagation without weight backtracking (iRprop-): Torch7's optim.rprop.
#include <vector>

#include "core/error.hpp"
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
Real sign(Real v) {
  return static_cast<Real>(static_cast<int>(v > Real{0}) - static_cast<int>(v < Real{0}));
}

template <class Real>
class Rprop final : public Optimizer<Real> {
 public:
  explicit Rprop(const Hyperparameters& h)
      : stepsize_(hyperparameter<Real>(h, "stepsize")),
        grow_(hyperparameter<Real>(h, "etaplus")),
        shrink_(hyperparameter<Real>(h, "etaminus")),
        smallest_(hyperparameter<Real>(h, "stepsizemin")),
        largest_(hyperparameter<Real>(h, "stepsizemax")) {}
  void start(std::size_t n) override {
    previous_sign_.assign(n, Real{0});
    steps_.assign(n, stepsize_);
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const std::size_t n = steps_.size();
    L2L_CHECK(gradient.size() == n && theta.size() == n, "gradient={} theta={} n={}", gradient.size(),
              theta.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      // Only signs count. Torch7 takes that of the product of two gradients, which underflows in float.
      const Real present = sign(gradient[i]);
      const Real agreement = present * previous_sign_[i];
      Real s = steps_[i] * (agreement > Real{0} ? grow_ : agreement < Real{0} ? shrink_ : Real{1});
      s = s > largest_ ? largest_ : s;
      s = s < smallest_ ? smallest_ : s;
      const Real direction = agreement < Real{0} ? Real{0} : present;
      steps_[i] = s;
      previous_sign_[i] = direction;
      theta[i] -= direction * s;
    }
  }

 private:
  Real stepsize_, grow_, shrink_, smallest_, largest_;
  std::vector<Real> previous_sign_;
  std::vector<Real> steps_;
};

}  // namespace

Rule rprop_rule() {
  return make_rule<Rprop>(
      "rprop", "Rprop",
      "s <- s * (etaplus if the sign of g stays, etaminus if it turns); theta <- theta - sign(g) s, "
      "not moved where it turns",
      "stepsize",
      {{"stepsize", {0.1, 0, 1e6}},
       {"etaplus", {1.2, 1, 100}},
       {"etaminus", {0.5, 0, 1}},
       {"stepsizemax", {50, 0, 1e6}},
       {"stepsizemin", {1e-6, 0, 1e6}}});
}

}  // namespace l2l
