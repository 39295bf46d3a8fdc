// The coordinatewise LSTM on the vector kernels (optimizers/kernels).
#pragma once

#include <memory>

#include "optimizers/lstm.hpp"

namespace l2l {

/// Memory of an unroll of K steps over N coordinates: (K + 1) N recorded gradients, the state twice, and
/// what each thread and each of at most 64 partial sums of the gradient needs.
std::unique_ptr<CoordinatewiseLstm<float>> make_simd_lstm(const LstmSpec& spec);

}  // namespace l2l
