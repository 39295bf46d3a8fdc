// From the specification of an optimizee to the family of functions it stands for.
#pragma once

#include <memory>

#include "harness/suite/suite.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// The family of a specification; data sets that it needs are loaded (once per process). Its seeds derive
/// from the canonical configuration, the role and the index: names, labels and versions never matter. Throws
/// Error{data} if a data set is absent or damaged, and Error{suite} saying what is wrong with the settings.
std::shared_ptr<const OptimizeeFamily> make_family(const OptimizeeSpec& spec);

}  // namespace l2l
