// How blocks of coordinates are shared out among threads.
#pragma once

#include <cstddef>

#include "optimizers/kernels/lstm_kernels.hpp"

namespace l2l {

inline constexpr std::size_t kB = kLstmBlock;  ///< coordinates a block
/// Blocks of a forward step that one task takes: of the LSTM some 25 microseconds of work, so that threads
/// end together.
inline constexpr std::size_t kBlocksPerTask = 4;
/// Partial sums of the gradient: blocks are shared out among them in a fixed way, whatever the threads.
inline constexpr std::size_t kMaxSlots = 64;

}  // namespace l2l
