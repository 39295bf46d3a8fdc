// The shape of a convolutional network and where its parameters lie in theta.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "optimizees/convolution.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// Convolution, batch normalisation, ReLU, max pooling.
struct ConvLayer {
  std::size_t channels = 16;
  std::size_t kernel = 5;
  std::size_t padding = 2;
  std::size_t pool = 2;  ///< height, width and stride of the pooling windows; 1: none
};

struct ConvNetShape {
  std::size_t rows = 32, columns = 32, channels = 3;  ///< of the input
  std::vector<ConvLayer> convolutions;
  std::vector<std::size_t>
      hidden;                ///< units of fully connected layers, each with batch normalisation and ReLU
  std::size_t classes = 10;  ///< of the fully connected read-out
  bool bias = true;          ///< of the layers that are normalised; the read-out always has one
  bool scale = false;        ///< gamma of batch normalisation; beta there always is
  double epsilon = 1e-5;     ///< of batch normalisation

  /// A layer's arrays, as offsets in theta, in the order of the members; layers follow each other.
  struct Layer {
    bool convolution = false;
    std::size_t in = 0, out = 0;                   ///< channels of a convolution, else units
    std::size_t weights = 0;                       ///< (out, in, kernel, kernel) or (out, in), row-major
    std::optional<std::size_t> bias, gamma, beta;  ///< out values each
    std::size_t end = 0;                           ///< one past its last parameter
  };

  /// Throws L2L_CHECK where a kernel or a pooling window does not fit its image.
  std::vector<Layer> layers() const;
  /// The convolutions, the images they see included.
  std::vector<ConvolutionShape> convolution_shapes(std::size_t batch) const;
  /// Values of the last pooled image, which the fully connected layers see as (channels, rows, columns).
  std::size_t flat() const;
  std::size_t inputs() const { return rows * columns * channels; }
  std::size_t parameters() const { return layers().back().end; }
  /// One group an array: "conv" and "fc" hold weights, matrices of a row an output; "conv-biases",
  /// "conv-batch-norm" (gamma and beta), "fc-biases" and "fc-batch-norm" go with "fc" where a suite does not
  /// name them (paper section 3.3 and its released code).
  std::vector<ParameterGroup> groups() const;
};

/// FLOP of one loss and gradient.
double convnet_gradient_flop(const ConvNetShape& shape, std::size_t batch);
/// Bytes that a network and its minibatch hold.
std::size_t convnet_bytes(const ConvNetShape& shape, std::size_t batch);

}  // namespace l2l
