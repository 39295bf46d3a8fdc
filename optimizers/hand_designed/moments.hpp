// The running means of ADAM's kin: of gradients m and of their squares v, both from 0, and what corrects them
// for having started there.
#pragma once

#include <cmath>
#include <cstdint>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {

/// The constants of one step.
template <class Real>
struct MomentStep {
  double t;                         ///< 1, 2, ...
  double correction1;               ///< 1 - beta1^t
  double correction2, root2;        ///< 1 - beta2^t, and its root
  Real keep1, take1, keep2, take2;  ///< m <- keep1 m + take1 g, v <- keep2 v + take2 g^2
};

/// Counts steps, with the hyperparameters beta1 and beta2.
template <class Real>
class Moments {
 public:
  explicit Moments(const Hyperparameters& h)
      : beta1_(hyperparameter<double>(h, "beta1")), beta2_(hyperparameter<double>(h, "beta2")) {}

  void start() { steps_ = 0; }
  MomentStep<Real> next() {
    const double t = static_cast<double>(++steps_);
    const double correction2 = 1.0 - std::pow(beta2_, t);
    return {t,
            1.0 - std::pow(beta1_, t),
            correction2,
            std::sqrt(correction2),
            static_cast<Real>(beta1_),
            static_cast<Real>(1.0 - beta1_),
            static_cast<Real>(beta2_),
            static_cast<Real>(1.0 - beta2_)};
  }

  double beta1() const { return beta1_; }
  double beta2() const { return beta2_; }

 private:
  double beta1_, beta2_;
  std::uint64_t steps_ = 0;
};

}  // namespace l2l
