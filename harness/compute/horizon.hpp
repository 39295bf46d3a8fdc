// One horizon of meta-training: T steps of theta in truncated unrolls, phi moved once per unroll
// (paper section 3). Both precisions, so that the tests drive the very code that trains.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "harness/compute/function_batch.hpp"
#include "optimizers/learned_optimizer.hpp"
#include "optimizers/meta_adam.hpp"

namespace l2l {

struct HorizonSettings {
  std::size_t horizon = 100;  ///< T; the last unroll is shorter where unroll does not divide it
  std::size_t unroll = 20;
  std::vector<double> weights = {};  ///< w_1 ... w_T of the meta-loss; empty: 1 for all t
  double gradient_clip = 0;          ///< L2 norm of dL/dphi, 0: off
  /// Whether dL/dphi keeps the dashed edges of the paper's figure 2. The optimizer must have been made for it
  /// and all functions know their second derivatives.
  DashedEdges edges = DashedEdges::dropped;
};

/// theta_t and f'(theta_t) of the steps t = 1..K of an unroll: what its way back through f'' starts from.
template <class Real>
struct UnrollTape {
  std::size_t begin = 0;  ///< steps of the horizon before the unroll
  std::vector<std::vector<Real>> thetas, gradients;
};

/// dL/dg_t of L = scale * sum_{t=1..K} weights[t] f(theta_t) with the dashed edges kept: theta_t enters
/// f(theta_t), theta_{t+1} and, through f', the optimizer:
///   dL/dtheta_t = scale * weights[t] f'(theta_t) + dL/dtheta_{t+1} + f''(theta_t) dL/dgrad_t,
///   dL/dg_t = dL/dtheta_{t+1}.
/// theta_0 and what led to it are constants of the unroll. The arguments must outlive the result.
template <class Real>
UpdateAdjoint<Real> second_order_adjoint(FunctionBatch<Real>& functions, const UnrollTape<Real>& tape,
                                         std::span<const Real> weights, Real scale);

/// What happened in one unroll.
struct UnrollReport {
  double meta_loss = 0;          ///< mean over functions of sum_t w_t f(theta_t)
  std::span<const double> dphi;  ///< its gradient (before clipping)
  std::span<const double> phi;   ///< after the update
};

struct HorizonResult {
  std::vector<double> losses;  ///< mean over functions of f(theta_t), t = 0..T (as far as it came)
  bool diverged = false;       ///< a loss or meta-gradient was not finite; phi was left as it was then
};

/// Runs one horizon on `functions` from their theta_0 and moves phi after every unroll.
/// @param learning_rate  of the k-th update of phi in this horizon
/// @param observe        called after every unroll, may be empty
template <class Real>
HorizonResult train_horizon(LearnedOptimizer<Real>& optimizer, FunctionBatch<Real>& functions,
                            const HorizonSettings& settings,
                            const std::function<double(std::size_t k)>& learning_rate, std::span<double> phi,
                            MetaAdam& adam, const std::function<void(const UnrollReport&)>& observe = {});

/// Hands phi to the optimizer in its precision.
template <class Real>
void set_phi(LearnedOptimizer<Real>& optimizer, std::span<const double> phi) {
  optimizer.set_phi(std::vector<Real>(phi.begin(), phi.end()));
}

}  // namespace l2l
