// A convolutional network with batch normalisation and a softmax read-out: loss and gradient of one
// minibatch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/aligned_vector.hpp"
#include "optimizees/convnet_shape.hpp"
#include "optimizees/convolution.hpp"
#include "optimizees/cross_entropy.hpp"
#include "optimizees/normalised_activation.hpp"

namespace l2l {

/// Convolutions -> fully connected layers -> mean cross-entropy (natural logarithm). Batch normalisation is
/// by the statistics of the minibatch itself, so f has no running averages. A bias that is normalised away
/// does not change f: its gradient is 0, exactly. Owns all buffers: nothing of its own is allocated after
/// construction.
template <class Real>
class ConvNetNetwork {
 public:
  ConvNetNetwork(ConvNetShape shape, std::size_t batch);

  /// Mean cross-entropy of the minibatch; NaN where a parameter is NaN.
  /// @param theta   shape.parameters() values
  /// @param x       (batch, rows, columns, channels), channels fastest
  /// @param labels  batch values below shape.classes
  Real loss(std::span<const Real> theta, std::span<const Real> x, std::span<const std::uint8_t> labels);
  /// Gradient of the loss() last called, with the same arguments, once per loss(): shape.parameters() values.
  void gradient(std::span<const Real> theta, std::span<const Real> x, std::span<const std::uint8_t> labels,
                std::span<Real> gradient);
  /// (classes, batch) of the last loss(): the transpose of the usual order.
  std::span<const Real> logits() const { return logits_; }

  const ConvNetShape& shape() const { return shape_; }
  std::size_t batch() const { return batch_; }

 private:
  /// What follows a layer's sums z. backward() leaves d loss / d z in their place: a second copy of the
  /// largest arrays would not fit the cache.
  struct Normalised {
    Normalised(const ActivationShape& shape, double epsilon)
        : activation(shape, epsilon), z(shape.inputs()), y(shape.outputs()), dy(shape.outputs()) {}
    NormalisedActivation<Real> activation;
    AlignedVector<Real> z, y, dy;
  };

  void forward(Normalised& into, const ConvNetShape::Layer& layer, std::span<const Real> theta);
  void backward(Normalised& from, const ConvNetShape::Layer& layer, std::span<const Real> theta,
                std::span<Real> gradient);
  void flatten();    // the last image, channels fastest, into features_ (batch, channels, rows, columns)
  void unflatten();  // features' gradient back into the last image's

  ConvNetShape shape_;
  std::size_t batch_;
  std::vector<ConvNetShape::Layer> layers_;
  std::vector<std::unique_ptr<Convolution<Real>>> convolutions_;
  std::vector<Normalised> images_, hidden_;
  AlignedVector<Real> features_, features_gradient_;
  CrossEntropy<Real> read_out_;
  AlignedVector<Real> logits_, logits_gradient_;  // (classes, batch)
  bool differentiable_ = false;                   // between a loss() and its gradient()
};

}  // namespace l2l
