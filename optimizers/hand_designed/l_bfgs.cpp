// L-BFGS, the two-loop recursion over the last pairs: Torch7's optim.lbfgs.
#include <deque>

#include "optimizers/hand_designed/quasi_newton.hpp"

namespace l2l {
namespace {

class HistoryInverseHessian {
 public:
  HistoryInverseHessian(const Hyperparameters& h, std::size_t)
      : history_(static_cast<std::size_t>(hyperparameter<double>(h, "history"))) {}

  void update(std::span<const double> s, std::span<const double> y, double sy) {
    if (pairs_.size() == history_) pairs_.pop_front();
    pairs_.push_back({{s.begin(), s.end()}, {y.begin(), y.end()}, 1 / sy});
    scale_ = sy / dot_product(y, y);
  }

  void apply(std::span<const double> g, std::span<double> direction) const {
    std::vector<double> along(pairs_.size());
    std::copy(g.begin(), g.end(), direction.begin());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      along[i] = pairs_[i].rho * dot_product(pairs_[i].s, direction);
      for (std::size_t k = 0; k < g.size(); ++k) direction[k] -= along[i] * pairs_[i].y[k];
    }
    for (double& x : direction) x *= scale_;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double back = along[i] - pairs_[i].rho * dot_product(pairs_[i].y, direction);
      for (std::size_t k = 0; k < g.size(); ++k) direction[k] += back * pairs_[i].s[k];
    }
  }

 private:
  struct Pair {
    std::vector<double> s, y;
    double rho;
  };
  std::size_t history_;
  std::deque<Pair> pairs_;
  double scale_ = 1;
};

template <class Real>
using LBfgs = QuasiNewton<Real, HistoryInverseHessian>;

/// Two dot products and two additions of a multiple for every pair; both loops have the full history.
RuleCost l_bfgs_cost(const Hyperparameters& resolved, double /*n*/) {
  const auto history = hyperparameter<double>(resolved, "history");
  return {4 * 2 * history + 3 + kQuasiNewtonCost.flop,
          sizeof(double) * 2 * history + kQuasiNewtonCost.state_bytes};
}

}  // namespace

Rule l_bfgs_rule() {
  return make_rule<LBfgs>({
      .name = "l-bfgs",
      .label = "L-BFGS",
      .equation = "theta <- theta - lr H g, H from the last pairs (s, y)",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1, 0, 1e6}}, {"history", {100, 1, 1000}}},
      .coordinatewise = false,
      .cost = l_bfgs_cost,
  });
}

}  // namespace l2l
