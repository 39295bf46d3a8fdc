// A multilayer perceptron on labelled images (paper section 3.2): f(theta, t) is the mean cross-entropy of
// the minibatch of step t.
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

/// An MLP on one fixed minibatch: f does not depend on the step.
/// @param x       (batch, inputs) row-major
/// @param labels  batch values below shape.classes(); their number is the batch
/// @param theta0  shape.parameters() values
template <class Real>
std::unique_ptr<Optimizee<Real>> make_mlp(const MlpShape& shape, std::span<const Real> x,
                                          std::span<const std::uint8_t> labels, std::span<const Real> theta0);

struct MlpFamilyOptions : LabelledFamilyOptions {
  std::vector<std::size_t> hidden = {20};
  Activation activation = Activation::sigmoid;
};

std::shared_ptr<const OptimizeeFamily> make_mlp_family(const MlpFamilyOptions& options);

}  // namespace l2l
