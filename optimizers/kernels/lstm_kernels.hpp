// The vector kernels of the coordinatewise LSTM: what they read and write. Plain structs and functions
// only, because this header is compiled once for every instruction set (see all_targets.cpp).
//
// Coordinates come in blocks of kLstmBlock; every array of a block is [row][kLstmBlock], so that a vector
// holds the same quantity of neighbouring coordinates. Rows and cells of a layer are counted by unit.
#pragma once

#include <cstddef>

namespace l2l {

inline constexpr std::size_t kLstmBlock = 48;  ///< coordinates a block
inline constexpr std::size_t kLstmMaxLayers = 3;
inline constexpr std::size_t kLstmMaxHidden = 128;
inline constexpr std::size_t kLstmOutLanes = 16;  ///< partial sums of a read-out gradient, on every machine

/// Weights in the order in which the kernels read them. Gate pre-activations are in units of a power of
/// two: rows i, f, o are multiplied by -log2(e) and rows g by -2 log2(e), so that sigma(z) = 1 / (1 + 2^row).
struct LstmNet {
  std::size_t layers, hidden, inputs;
  bool log_and_sign;
  float threshold, inverse_p, exp_p;          ///< e^-p, 1/p, e^p
  const float* forward[kLstmMaxLayers];       ///< [unit][1 + n_in + H][gate]: bias, W_ih, W_hh, scaled
  const float* to_input[kLstmMaxLayers];      ///< W_ih^T unscaled: [n/4][unit][gate][4]; none for layer 0
  const float* to_recurrent[kLstmMaxLayers];  ///< W_hh^T unscaled, likewise
  const float* out;                           ///< [H], then the bias
  float output_scale;

  std::size_t layer_inputs(std::size_t layer) const { return layer == 0 ? inputs : hidden; }
  std::size_t columns(std::size_t layer) const { return layer_inputs(layer) + hidden + 1; }
  /// Gate rows, padded to whole vectors.
  std::size_t padded_rows() const { return (4 * hidden + 15) / 16 * 16; }
  std::size_t padded_hidden() const { return (hidden + 3) / 4 * 4; }
  /// Floats of the state of one block: h [layer][H], then c [layer][H].
  std::size_t state_floats() const { return 2 * layers * hidden * kLstmBlock; }
  /// Values of the gradient of phi in the kernels' order: per layer [column][padded row] with row =
  /// 4 unit + gate and columns x, h, bias; then the read-out [H], then its bias.
  std::size_t gradient_size() const {
    std::size_t size = hidden + 1;
    for (std::size_t l = 0; l < layers; ++l) size += columns(l) * padded_rows();
    return size;
  }
};

/// One step of one block. gradient, update: kLstmBlock values; `in` and `out` may be the same state.
using LstmForwardBlock = void (*)(const LstmNet& net, const float* in, float* out, const float* gradient,
                                  float* update);

/// One block of a recorded unroll of K steps.
struct LstmUnroll {
  std::size_t steps;
  const float* start;      ///< state before step 0
  const float* gradients;  ///< of this block: step t at gradients + t * stride, t = 0..K
  std::size_t stride;
  const float* weights;  ///< K+1 values
  float scale;
  float* workspace;  ///< lstm_workspace_floats()
  double* dphi;      ///< gradient_size() values, added to
};
using LstmTrainBlock = void (*)(const LstmNet& net, const LstmUnroll& unroll);

/// Floats of scratch memory one call of the training kernel needs.
std::size_t lstm_workspace_floats(const LstmNet& net, std::size_t steps);

struct LstmKernels {
  LstmForwardBlock forward;
  LstmTrainBlock train;
};
/// The kernels of the instruction set in use (optimizers/kernels/isa.hpp).
LstmKernels lstm_kernels();

}  // namespace l2l
