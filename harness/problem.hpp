// From the specification of an optimizee to the family of functions it stands for.
#pragma once

#include <memory>

#include "harness/suite.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// The family of a specification; an MLP's dataset is loaded (once per process). Its seeds derive from the
/// canonical configuration, the role and the index: names and labels never matter.
/// Throws Error{data} if the dataset is absent or damaged, and Error{suite} naming the split that does not
/// fit its part of the dataset.
std::shared_ptr<const OptimizeeFamily> make_family(const OptimizeeSpec& spec);

}  // namespace l2l
