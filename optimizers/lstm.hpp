// The coordinatewise LSTM optimizer: forward steps for evaluation, and unrolls with truncated
// backpropagation through time for meta-training (dashed edges dropped: d grad_t / d phi = 0).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "optimizers/lstm_spec.hpp"
#include "optimizers/optimizer.hpp"

namespace l2l {

/// State h, c and weights phi of one LSTM over N coordinates; weights shared, state per coordinate.
/// float: SIMD kernels (optimizers/kernels), parallel over blocks of coordinates, same bits for any
/// number of threads and instruction set. double: the scalar reference that reads like the equations.
template <class Real>
class CoordinatewiseLstm {
 public:
  virtual ~CoordinatewiseLstm() = default;
  virtual const LstmSpec& spec() const = 0;
  /// phi_size(spec) values in phi_layout order.
  virtual void set_phi(std::span<const Real> phi) = 0;
  /// N coordinates, h = c = 0.
  virtual void start(std::size_t n) = 0;

  /// One forward step without recording: update[i] = g_t of coordinate i (N values each).
  virtual void step(std::span<const Real> gradient, std::span<Real> update) = 0;

  /// Opens an unroll of at most `steps` recorded steps from the present state.
  virtual void begin_unroll(std::size_t steps) = 0;
  /// As step(), and records the gradient for backward().
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

template <class Real>
std::unique_ptr<CoordinatewiseLstm<Real>> make_lstm(const LstmSpec& spec);

/// A trained LSTM as an Optimizer: theta += g_t.
template <class Real>
std::unique_ptr<Optimizer<Real>> make_lstm_optimizer(const LstmSpec& spec, std::span<const Real> phi);

/// Initial phi: every weight and bias uniform in [-1/sqrt(H), 1/sqrt(H)], from the stream of `seed`.
std::vector<float> initial_phi(const LstmSpec& spec, std::uint64_t seed);

}  // namespace l2l
