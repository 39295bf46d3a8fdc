// Multinomial logistic regression on labelled images: the convex neighbour of the MLP. f(theta, t) is the
// mean cross-entropy of softmax(W x + b) on the minibatch of step t, plus l2/2 ||W||^2 (b is not penalised).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "optimizees/labelled_images.hpp"
#include "optimizees/mlp_network.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

struct LogisticShape {
  std::size_t features = 0, outcomes = 0;
  double l2 = 0;

  std::size_t inputs() const { return features; }
  std::size_t classes() const { return outcomes; }
  std::size_t parameters() const { return (features + 1) * outcomes; }
  /// theta = W (classes, inputs) row-major, then b: groups "weights" and "biases".
  std::vector<ParameterGroup> groups() const;
  /// The MLP without hidden layers that it is but for the penalty.
  MlpShape network() const { return {{features, outcomes}}; }
};

/// FLOP of one loss and gradient.
double logistic_gradient_flop(const LogisticShape& shape, std::size_t batch);
/// Bytes that a network, its minibatch and theta_0 hold.
std::size_t logistic_bytes(const LogisticShape& shape, std::size_t batch);

/// Loss and gradient of one minibatch, as MlpNetwork.
template <class Real>
class LogisticNetwork {
 public:
  LogisticNetwork(const LogisticShape& shape, std::size_t batch);

  Real loss(std::span<const Real> theta, std::span<const Real> x, std::span<const std::uint8_t> labels);
  /// Of the loss() last called, with the same arguments: shape.parameters() values.
  void gradient(std::span<const Real> theta, std::span<const Real> x, std::span<const std::uint8_t> labels,
                std::span<Real> gradient);

 private:
  MlpNetwork<Real> network_;
  std::size_t weights_;  ///< how many coordinates of theta the penalty is on
  Real l2_;
};

/// A regression on one fixed minibatch: f does not depend on the step.
/// @param x       (batch, inputs) row-major
/// @param labels  batch values below shape.classes(); their number is the batch
/// @param theta0  shape.parameters() values
template <class Real>
std::unique_ptr<Optimizee<Real>> make_logistic(const LogisticShape& shape, std::span<const Real> x,
                                               std::span<const std::uint8_t> labels,
                                               std::span<const Real> theta0);

struct LogisticFamilyOptions : LabelledFamilyOptions {
  double l2 = 0;
};

std::shared_ptr<const OptimizeeFamily> make_logistic_family(const LogisticFamilyOptions& options);

}  // namespace l2l
