// From the specification of an optimizee to the family of functions it stands for.
#pragma once

#include <memory>

#include "harness/suite/suite.hpp"
#include "optimizees/convnet_shape.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// Classes that an mlp or a convnet tells apart: those of its dataset, or as many as it has labels.
int classes_of(const OptimizeeSpec& spec);

/// The network of a convnet, on the images of its dataset.
ConvNetShape convnet_shape(const OptimizeeSpec& spec);

/// The family of a specification; the dataset of an mlp or a convnet is loaded (once per process). Its seeds
/// derive from the canonical configuration, the role and the index: names and labels never matter. Throws
/// Error{data} if the dataset is absent or damaged, and Error{suite} naming the split that does not fit its
/// part of the dataset, or the label that a split has no example of.
std::shared_ptr<const OptimizeeFamily> make_family(const OptimizeeSpec& spec);

}  // namespace l2l
