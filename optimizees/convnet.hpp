// A convolutional network on labelled images (paper section 3.3): f(theta, t) is the mean cross-entropy of
// the minibatch of step t, batch-normalised by that minibatch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "optimizees/convnet_network.hpp"
#include "optimizees/labelled_images.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// A ConvNet on one fixed minibatch: f does not depend on the step.
/// @param x       (batch, channels, rows, columns) row-major
/// @param labels  batch values below shape.classes; their number is the batch
/// @param theta0  shape.parameters() values
template <class Real>
std::unique_ptr<Optimizee<Real>> make_convnet(const ConvNetShape& shape, std::span<const Real> x,
                                              std::span<const std::uint8_t> labels,
                                              std::span<const Real> theta0);

/// x (batch, channels, rows, columns) as ConvNetNetwork wants it: channels fastest.
template <class Real>
std::vector<Real> interleaved(const ConvNetShape& shape, std::span<const Real> x);

/// gamma starts at 1, everything else is drawn.
struct ConvNetFamilyOptions : LabelledFamilyOptions {
  std::vector<ConvLayer> convolutions = {3, ConvLayer{}};
  std::vector<std::size_t> hidden = {32};
  bool bias = true;    ///< see ConvNetShape
  bool scale = false;  ///< see ConvNetShape
};

std::shared_ptr<const OptimizeeFamily> make_convnet_family(const ConvNetFamilyOptions& options);

}  // namespace l2l
