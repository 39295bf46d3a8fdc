// One horizon of meta-training: T steps of theta in truncated unrolls, phi moved once per unroll
// (paper section 3). Both precisions, so that the tests drive the very code that trains.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "harness/function_batch.hpp"
#include "harness/meta_adam.hpp"
#include "optimizers/learned_optimizer.hpp"

namespace l2l {

struct HorizonSettings {
  std::size_t horizon = 100;  ///< T; the last unroll is shorter where unroll does not divide it
  std::size_t unroll = 20;
  bool last_only = false;    ///< w_t = 1[t = T] instead of 1 for all t
  double gradient_clip = 0;  ///< L2 norm of dL/dphi, 0: off
};

/// What happened in one unroll.
struct UnrollReport {
  double meta_loss = 0;          ///< mean over functions of sum_t w_t f(theta_t)
  std::span<const double> dphi;  ///< its gradient, dashed edges dropped (before clipping)
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
