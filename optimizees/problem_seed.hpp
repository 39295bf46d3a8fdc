// Where the randomness of a sampled function comes from.
#pragma once

#include <cstdint>
#include <string_view>

#include "optimizees/role.hpp"

namespace l2l {

/// Seed of one random ingredient (`use`: "theta", "minibatches", "function") of function `index` of `role`:
/// a pure function of its arguments, so that neither another ingredient nor another role shares a stream.
/// @param identity  canonical configuration of the family
std::uint64_t problem_seed(std::string_view identity, Role role, std::uint64_t index, std::string_view use);

}  // namespace l2l
