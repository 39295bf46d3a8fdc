// The loops of batch normalisation, ReLU and max pooling over whole minibatches, as vector kernels: lanes are
// channels, so that no sum depends on the width of a vector, and every instruction set gives the same bits.
#pragma once

#include <cstddef>

namespace l2l {

/// Sizes of z (batch, rows, columns, channels) and of its pooling windows.
struct ActivationSizes {
  std::size_t batch, rows, columns, channels, pool;
};

/// Per channel: y = max(0, scale * xhat + shift), xhat = (sign * z - mean) * factor. sign is that of scale,
/// mean and factor have it in them: the largest y of a window is then that of the largest sign * z.
template <class Real>
struct ForwardConstants {
  const Real *sign, *mean, *factor, *scale, *shift;
};

/// Per channel: dz = constant + slope * (z - mean), and scale * dy besides where a window keeps z.
template <class Real>
struct BackwardConstants {
  const Real *sign, *mean, *scale, *constant, *slope;
};

/// The instruction set is chosen at the first call, as for the optimizers' kernels.
template <class Real>
struct ActivationKernels {
  /// Of every image: sums over its pixels, row by row, of z - centre, or of its square.
  /// @param centre  (batch, channels), or null: 0
  /// @param sums    (batch, channels), out
  void (*sum)(const ActivationSizes&, const Real* z, const Real* centre, bool square, Real* sums);
  /// y and xhat (batch, rows / pool, columns / pool, channels) from z.
  void (*forward)(const ActivationSizes&, const Real* z, const ForwardConstants<Real>&, Real* xhat, Real* y);
  /// Of every image: sums over windows of d and of d * xhat, d = dy where y > 0; (batch, channels) each.
  void (*sum_gradients)(const ActivationSizes&, const Real* dy, const Real* y, const Real* xhat, Real* of_d,
                        Real* of_d_xhat);
  /// z <- dz. Of equal values in a window the first one is what it keeps.
  void (*backward)(const ActivationSizes&, const Real* dy, const Real* y, const BackwardConstants<Real>&,
                   Real* z);
};

template <class Real>
ActivationKernels<Real> activation_kernels();

}  // namespace l2l
