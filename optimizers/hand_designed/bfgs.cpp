// BFGS with a dense inverse Hessian: what NTM-BFGS can express, as an upper reference.
#include "optimizers/hand_designed/quasi_newton.hpp"

namespace l2l {
namespace {

class DenseInverseHessian {
 public:
  DenseInverseHessian(const Hyperparameters&, std::size_t n) : n_(n), h_(n * n), hy_(n) {
    for (std::size_t k = 0; k < n; ++k) h_[k * n + k] = 1;
  }

  /// H <- H + (1 + y^T H y / s^T y) s s^T / s^T y - (H y s^T + s y^T H) / s^T y; before the first pair H is
  /// scaled to s^T y / y^T y.
  void update(std::span<const double> s, std::span<const double> y, double sy) {
    if (!scaled_) {
      const double scale = sy / dot_product(y, y);
      for (std::size_t k = 0; k < n_; ++k) h_[k * n_ + k] = scale;
      scaled_ = true;
    }
    apply(y, hy_);
    const double along = (1 + dot_product(y, hy_) / sy) / sy;
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < n_; ++j)
        h_[i * n_ + j] += along * s[i] * s[j] - (hy_[i] * s[j] + s[i] * hy_[j]) / sy;
  }

  void apply(std::span<const double> g, std::span<double> direction) const {
    for (std::size_t i = 0; i < n_; ++i)
      direction[i] = dot_product(std::span<const double>(h_).subspan(i * n_, n_), g);
  }

 private:
  std::size_t n_;
  std::vector<double> h_, hy_;
  bool scaled_ = false;
};

template <class Real>
using Bfgs = QuasiNewton<Real, DenseInverseHessian>;

/// A row of H is multiplied twice, by g and by y, and updated once (7 FLOP an entry); H and H y are kept.
RuleCost bfgs_cost(const Hyperparameters& /*resolved*/, double n) {
  return {(2 * 2 + 7) * n + 2 + kQuasiNewtonCost.flop,
          sizeof(double) * (n + 1) + kQuasiNewtonCost.state_bytes};
}

}  // namespace

Rule bfgs_rule() {
  return make_rule<Bfgs>({
      .name = "bfgs",
      .label = "BFGS",
      .equation = "theta <- theta - lr H g, H the inverse Hessian by BFGS updates",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1, 0, 1e6}}},
      .coordinatewise = false,
      .cost = bfgs_cost,
  });
}

}  // namespace l2l
