// Random matrices of a given spectrum.
#pragma once

#include <cstddef>
#include <vector>

#include "core/random.hpp"

namespace l2l {

/// W = U^T diag(s) V with rotations U and V drawn from their streams: W of QuadraticDistribution::spectrum.
/// @param condition  of W^T W: the squares of s fall from 1 to 1 / condition, evenly spaced on a log scale,
///                   before they are scaled to ||W||_F = n
/// @returns          (n, n), row-major
std::vector<float> matrix_of_condition(double condition, const RandomStream& left, const RandomStream& right,
                                       std::size_t n);

}  // namespace l2l
