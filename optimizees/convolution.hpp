// Two-dimensional convolution (cross-correlation, stride 1, zero padding) of a minibatch and its gradients.
#pragma once

#include <cstddef>
#include <memory>

namespace l2l {

/// Images are (batch, rows, columns, channels), channels fastest; weights (out, in, kernel, kernel).
struct ConvolutionShape {
  std::size_t batch = 1;
  std::size_t rows = 1, columns = 1;  ///< of the input
  std::size_t in = 1, out = 1;        ///< channels
  std::size_t kernel = 1;             ///< its height and width
  std::size_t padding = 0;            ///< zeros on every side

  std::size_t out_rows() const { return rows + 2 * padding + 1 - kernel; }
  std::size_t out_columns() const { return columns + 2 * padding + 1 - kernel; }
  std::size_t weights() const { return out * in * kernel * kernel; }
};

/// z[b, y, x, o] = sum over i, j, k of w[o, i, j, k] * x[b, y + j - padding, x + k - padding, i].
/// Not thread-safe (it owns scratch buffers). Nothing is added to what the outputs hold before.
template <class Real>
class Convolution {
 public:
  virtual ~Convolution() = default;
  virtual void forward(const Real* x, const Real* weights, Real* z) = 0;
  /// dw (shape of the weights) = d loss / d weights, from dz = d loss / d z.
  virtual void weight_gradient(const Real* x, const Real* dz, Real* dw) = 0;
  /// dx (shape of x) = d loss / d x.
  virtual void input_gradient(const Real* weights, const Real* dz, Real* dx) = 0;
};

/// Patches of the image as columns of a matrix (im2col), then a product by BLAS, image by image.
template <class Real>
std::unique_ptr<Convolution<Real>> make_gemm_convolution(const ConvolutionShape& shape);

/// oneDNN's direct convolution on one thread. Call it, as everything of one object, from one thread at a
/// time; which thread does not matter.
std::unique_ptr<Convolution<float>> make_dnnl_convolution(const ConvolutionShape& shape);

/// The faster of the two: oneDNN in float (docs/decisions/0009-onednn-for-convolutions.md), which it is
/// limited to.
template <class Real>
std::unique_ptr<Convolution<Real>> make_convolution(const ConvolutionShape& shape);

/// The version and the instruction set of oneDNN, "2.6.3 AVX-512 ...": they decide the last bits.
const char* dnnl_description();

}  // namespace l2l
