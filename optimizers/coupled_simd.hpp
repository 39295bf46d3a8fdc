// The coupled architectures on the vector kernels (optimizers/kernels).
#pragma once

#include <memory>

#include "optimizers/coupled.hpp"

namespace l2l {

/// Step-synchronous: within a step every layer waits for the means of the one before. Memory of an unroll of
/// K steps over N coordinates: h and c of every step; the gates are computed again on the way back.
std::unique_ptr<CoupledArchitecture<float>> make_simd_coupled(const ArchitectureSpec& spec);

/// Bytes per coordinate of state and, where K > 0 steps are recorded, of what goes back through them.
double coupled_bytes_per_coordinate(const ArchitectureSpec& spec, std::size_t recorded_steps);

}  // namespace l2l
