// The LSTM kernels layer by layer, for architectures whose coordinates meet between layers: the same code as
// lstm_kernels.hpp runs whole blocks with. Arrays of a block are [row][kLstmBlock]. Plain structs and
// functions only: this header is compiled once for every instruction set.
#pragma once

#include "optimizers/kernels/lstm_kernels.hpp"

namespace l2l {

/// One layer of one block at one step, forward: x [layer_inputs], h and c [H] before the step, and after it.
/// h and h_next are different arrays.
struct LayerForward {
  const float *x, *h, *c;
  float *h_next, *c_next;
};

/// The same backwards. What the forward step saw, as above; then in place:
struct LayerBackward {
  const float *x, *h, *c;
  float* dh;                   ///< [padded_hidden] dL/dh after the step; becomes that before it
  float* dc;                   ///< [padded_hidden] likewise
  float* dx;                   ///< [padded_hidden] of the layer below, added to; null for layer 0
  const float* input_weights;  ///< of layer 0: W_ih^T of the inputs that are asked for, as LstmNet::to_input
  float* dinputs;  ///< [asked padded to 4] dL/d those inputs, overwritten; null: none is asked for
  std::size_t asked;
  float* dw;       ///< [column][padded_rows], added to
  float* scratch;  ///< layer_scratch_floats()
};

struct CoupledKernels {
  /// The preprocessed gradient, rows 0.. of a block's input.
  void (*preprocess)(const LstmNet& net, const float* gradient, float* input);
  void (*forward)(const LstmNet& net, std::size_t layer, const LayerForward& step);
  /// output[row] = W_out h + b_out for `rows` rows of weights, each [H], then its bias.
  void (*outputs)(const LstmNet& net, const float* weights, std::size_t rows, const float* h, float* output);
  /// dh += W_out^T doutput; dw [row][H + 1][kLstmOutLanes] += doutput (h, 1).
  void (*outputs_backward)(const LstmNet& net, const float* weights, std::size_t rows, const float* doutput,
                           const float* h, float* dh, float* dw);
  /// Recomputes the layer's activations and goes back through them.
  void (*backward)(const LstmNet& net, std::size_t layer, const LayerBackward& step);
};
/// The kernels of the instruction set in use (optimizers/kernels/isa.hpp).
CoupledKernels coupled_kernels();

/// Floats that LayerBackward::scratch needs.
std::size_t layer_scratch_floats(const LstmNet& net);

}  // namespace l2l
