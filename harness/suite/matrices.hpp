// The matrices among an optimizee's parameters, as optimizers are told of them.
#pragma once

#include <vector>

#include "optimizees/optimizee.hpp"
#include "optimizers/optimizer.hpp"

namespace l2l {

/// Of groups in coordinate order; empty where all parameters are vectors.
std::vector<MatrixRange> matrices_of(const std::vector<ParameterGroup>& groups);

}  // namespace l2l
