// A multilayer perceptron on labelled images (paper section 3.2): f(theta, t) is the mean cross-entropy of
// the minibatch of step t.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "datasets/dataset.hpp"
#include "optimizees/mlp_network.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// An MLP on one fixed minibatch: f does not depend on the step.
/// @param x       (batch, inputs) row-major
/// @param labels  batch values below shape.classes(); their number is the batch
/// @param theta0  shape.parameters() values
template <class Real>
std::unique_ptr<Optimizee<Real>> make_mlp(const MlpShape& shape, std::span<const Real> x,
                                          std::span<const std::uint8_t> labels, std::span<const Real> theta0);

/// Examples [begin, end) of a part of a dataset.
struct ExampleRange {
  std::shared_ptr<const ImageDataset> data;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The random ingredients of a family are theta_0 ~ N(0, init_stddev^2) and the minibatches.
struct MlpFamilyOptions {
  std::string identity;  ///< canonical configuration, from which every seed is derived
  std::vector<std::size_t> hidden = {20};
  Activation activation = Activation::sigmoid;
  std::size_t batch = 128;
  double init_stddev = 0.01;
  /// Where each role draws its minibatches, by static_cast<size_t>(Role); all of one image size.
  std::array<ExampleRange, 4> examples;
};

std::shared_ptr<const OptimizeeFamily> make_mlp_family(const MlpFamilyOptions& options);

}  // namespace l2l
