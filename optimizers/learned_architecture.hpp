// What every learned architecture can do: forward steps for evaluation, and unrolls with truncated
// backpropagation through time for meta-training (dashed edges dropped: d grad_t / d phi = 0).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "optimizers/architecture_spec.hpp"

namespace l2l {

/// Weights phi and state of one architecture over functions of the same dimension laid end to end,
/// N coordinates in all. phi is shared by all coordinates; state, averages and memory live on from unroll to
/// unroll, gradients do not.
template <class Real>
class LearnedArchitecture {
 public:
  virtual ~LearnedArchitecture() = default;
  /// phi_size(spec) values in phi_layout order.
  virtual void set_phi(std::span<const Real> phi) = 0;
  /// N = functions * coordinates, in the initial state.
  virtual void start(std::size_t functions, std::size_t coordinates) = 0;

  /// One forward step without recording: update[i] = g_t of coordinate i (N values each).
  virtual void step(std::span<const Real> gradient, std::span<Real> update) = 0;

  /// Opens an unroll of at most `steps` recorded steps from the present state.
  virtual void begin_unroll(std::size_t steps) = 0;
  /// As step(), and records what backward() needs.
  virtual void recorded_step(std::span<const Real> gradient, std::span<Real> update) = 0;
  /// Closes the unroll after K recorded steps t = 0..K-1. With the meta-loss
  ///   L = scale * sum_{t=1..K} weights[t] f(theta_t),
  /// dL/dg_t = scale * sum_{s>t} weights[s] f'(theta_s), where f'(theta_s), s < K, are the recorded
  /// gradients and f'(theta_K) is `final_gradient` (N values). Adds dL/dphi to `dphi` (phi_size values).
  /// @param weights K+1 values; weights[0] is not used.
  virtual void backward(std::span<const Real> final_gradient, std::span<const Real> weights, Real scale,
                        std::span<double> dphi) = 0;

  /// Copies of h and c, [layer][coordinate][hidden], for tests and conformance.
  virtual void copy_state(std::span<Real> h, std::span<Real> c) const = 0;
};

/// The dashed edges of the paper's figure 2, d grad_t / d phi: what the meta-gradient is without them can be
/// computed block of coordinates by block; with them all coordinates go back together, step by step.
enum class DashedEdges { dropped, kept };

}  // namespace l2l
