// Batch normalisation, ReLU and max pooling in one: what stands between a layer's sums z and the next
// layer's input. A fully connected layer is an image of one pixel.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/aligned_vector.hpp"
#include "optimizees/kernels/activation_kernels.hpp"

namespace l2l {

/// z is (batch, rows, columns, channels), channels fastest.
struct ActivationShape {
  std::size_t batch = 1, rows = 1, columns = 1, channels = 1;
  std::size_t pool = 1;  ///< windows of pool x pool, beside each other; 1: none. Rests of rows are dropped.

  std::size_t pooled_rows() const { return rows / pool; }
  std::size_t pooled_columns() const { return columns / pool; }
  std::size_t inputs() const { return batch * rows * columns * channels; }
  std::size_t outputs() const { return batch * pooled_rows() * pooled_columns() * channels; }
};

/// y = maxpool(max(0, gamma * xhat + beta)), xhat = (z - mean) / sqrt(variance + epsilon), with mean and
/// (biased) variance of each channel over batch, rows and columns of this minibatch.
template <class Real>
class NormalisedActivation {
 public:
  NormalisedActivation(const ActivationShape& shape, double epsilon);

  /// @param gamma  channels values, or null: 1
  /// @param beta   channels values
  /// @param bias   channels values that are added to z, or null. Normalisation takes them out again, so that
  ///               y depends on them only where they are no numbers: then y is NaN.
  /// @param y      outputs() values, out
  void forward(const Real* z, const Real* gamma, const Real* beta, const Real* bias, Real* y);
  /// Of the forward() last called, with the same z, gamma and y. The gradient with respect to bias is 0.
  /// @param dy      outputs() values
  /// @param z       in: z; out: d loss / d z
  /// @param dgamma  channels values, out, or null
  /// @param dbeta   channels values, out
  void backward(const Real* dy, const Real* y, const Real* gamma, Real* z, Real* dgamma, Real* dbeta);

  const ActivationShape& shape() const { return shape_; }

 private:
  void measure(const Real* z);

  ActivationShape shape_;
  double epsilon_;
  ActivationKernels<Real> kernels_;
  std::vector<Real> mean_, inverse_deviation_;       // channels
  std::array<std::vector<Real>, 5> constants_;       // channels each: what the kernels want
  std::vector<Real> image_sums_, image_other_sums_;  // (batch, channels)
  AlignedVector<Real> xhat_;                         // outputs(): xhat of the pixel that a window keeps
};

}  // namespace l2l
