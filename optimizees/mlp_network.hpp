// A multilayer perceptron with a softmax read-out: loss and gradient of one minibatch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/names.hpp"
#include "optimizees/cross_entropy.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

enum class Activation { sigmoid, tanh, relu };
template <>
struct SpecNames<Activation> {
  static constexpr std::array<std::pair<Activation, std::string_view>, 3> names = {
      {{Activation::sigmoid, "sigmoid"}, {Activation::tanh, "tanh"}, {Activation::relu, "relu"}}};
};

struct MlpShape {
  std::vector<std::size_t> widths;  ///< inputs, hidden units of each layer, classes: at least two entries
  Activation activation = Activation::sigmoid;

  std::size_t layers() const { return widths.size() - 1; }
  std::size_t inputs() const { return widths.front(); }
  std::size_t classes() const { return widths.back(); }
  std::size_t parameters() const;
  /// theta = W_0 (out, in) row-major, b_0 (out), W_1, b_1, ...: one group an array, "weights" (a
  /// matrix) or "biases".
  std::vector<ParameterGroup> groups() const;
};

/// FLOP of one loss and gradient: two products forward and backward a layer; the inputs need no gradient.
double mlp_gradient_flop(const MlpShape& shape, std::size_t batch);
/// Bytes that a network, its minibatch and theta_0 hold.
std::size_t mlp_bytes(const MlpShape& shape, std::size_t batch);

/// z_l = W_l a_{l-1} + b_l, a_l = activation(z_l), mean cross-entropy (natural logarithm) of the last z.
/// Owns all buffers: nothing is allocated after construction. Activations are kept as (units, batch), so
/// that every elementwise loop runs over examples.
template <class Real>
class MlpNetwork {
 public:
  MlpNetwork(MlpShape shape, std::size_t batch);

  /// Mean cross-entropy of the minibatch; NaN where a parameter is NaN.
  /// @param theta   shape.parameters() values
  /// @param x       (batch, inputs) row-major
  /// @param labels  batch values below shape.classes()
  Real loss(std::span<const Real> theta, std::span<const Real> x, std::span<const std::uint8_t> labels);
  /// Gradient of the loss() last called, with the same arguments: shape.parameters() values.
  void gradient(std::span<const Real> theta, std::span<const Real> x, std::span<const std::uint8_t> labels,
                std::span<Real> gradient);
  /// (classes, batch) of the last loss(): the transpose of the usual order.
  std::span<const Real> logits() const { return activations_.back(); }

  const MlpShape& shape() const { return shape_; }
  std::size_t batch() const { return batch_; }

 private:
  struct Layer {
    std::size_t in, out;
    std::size_t weights, biases;  // offsets in theta
  };

  MlpShape shape_;
  std::size_t batch_;
  std::vector<Layer> layers_;
  std::vector<std::vector<Real>> activations_;  // (units, batch) a layer; the last holds the logits
  std::vector<std::vector<Real>> deltas_;       // d loss / d z, alike
  CrossEntropy<Real> read_out_;
};

}  // namespace l2l
