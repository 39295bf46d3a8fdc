// The step rule that BFGS and L-BFGS share: Torch7's optim.lbfgs without line search. The first step is
// min(1, 1 / ||g||_1) lr along -g, later ones lr along -H g, H the approximation of the inverse Hessian. A
// pair (s, y) is only taken in where s^T y > 1e-10: H stays positive definite.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {

inline double dot_product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

/// What a step costs beside the inverse Hessian: y, s^T y, s and theta; the last gradient and s, and copies
/// of the gradient, y and the direction.
inline constexpr RuleCost kQuasiNewtonCost = {1 + 2 + 1 + 1, 5 * sizeof(double)};

/// @tparam InverseHessian  of one function: constructed from (hyperparameters, n);
///   update(s, y, s^T y) takes a pair in, apply(g, direction) writes H g
/// Computes in double whatever Real is: differences of gradients cancel.
template <class Real, class InverseHessian>
class QuasiNewton : public Optimizer<Real> {
 public:
  explicit QuasiNewton(const Hyperparameters& h)
      : hyperparameters_(h), learning_rate_(hyperparameter<double>(h, "learning_rate")) {}

  void start(std::size_t n) override { start_batch(1, n); }
  void start_batch(std::size_t functions, std::size_t n) override {
    n_ = n;
    functions_.clear();
    functions_.reserve(functions);
    for (std::size_t f = 0; f < functions; ++f)
      functions_.push_back({InverseHessian(hyperparameters_, n), {}, std::vector<double>(n)});
  }

  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    L2L_CHECK(gradient.size() == functions_.size() * n_ && theta.size() == gradient.size(),
              "gradient={} theta={} functions={} n={}", gradient.size(), theta.size(), functions_.size(), n_);
    const FlushDenormals flush;
    for (std::size_t f = 0; f < functions_.size(); ++f) {
      const std::span<const Real> g = gradient.subspan(f * n_, n_);
      const std::vector<double> s = step_of(functions_[f], std::vector<double>(g.begin(), g.end()));
      for (std::size_t k = 0; k < n_; ++k) theta[f * n_ + k] += static_cast<Real>(s[k]);
    }
  }

 private:
  struct Function {
    InverseHessian inverse;
    std::vector<double> gradient, s;  ///< of the last step; no gradient: there was none
  };

  const std::vector<double>& step_of(Function& f, std::vector<double> g) const {
    double length = this->rate(learning_rate_);
    std::vector<double> direction = g;
    if (f.gradient.empty()) {
      double norm = 0;
      for (const double x : g) norm += std::abs(x);
      length *= norm > 1 ? 1 / norm : 1;
    } else {
      std::vector<double> y(n_);
      for (std::size_t k = 0; k < n_; ++k) y[k] = g[k] - f.gradient[k];
      const double sy = dot_product(f.s, y);
      if (sy > 1e-10) f.inverse.update(f.s, y, sy);
      f.inverse.apply(g, direction);
    }
    for (std::size_t k = 0; k < n_; ++k) f.s[k] = -length * direction[k];
    f.gradient = std::move(g);
    return f.s;
  }

  Hyperparameters hyperparameters_;
  double learning_rate_;
  std::size_t n_ = 0;
  std::vector<Function> functions_;
};

}  // namespace l2l
