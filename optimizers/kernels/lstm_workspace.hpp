// Where the training kernel keeps one block of an unroll: pointers into one piece of memory.
#pragma once

#include "optimizers/kernels/lstm_kernels.hpp"

namespace l2l {
namespace {  // compiled for several instruction sets: no copy may be shared between them

struct LstmWorkspace {
  std::size_t layers, hidden, layer_floats;
  float* input;       ///< [step][2][kB]
  float* h;           ///< [step 0..K][layer][H][kB], 0 is the state before the unroll
  float* c;           ///< likewise
  float* gates;       ///< [step][layer][H][i, f, g, o, tanh c][kB]
  float* dz;          ///< [H][gate][kB]
  float* ones;        ///< [kB]
  float* dy;          ///< [kB]
  float* zeroed;      ///< what follows starts at zero
  float* dz_by_lane;  ///< [kB][padded_rows]
  float* dh;          ///< [layer][padded_hidden][kB]
  float* dc;          ///< likewise
  float* suffix;      ///< [kB]
  float* dw;          ///< gradient of phi in the kernels' order, without the read-out
  float* dw_out;      ///< [H+1][kLstmOutLanes]
  std::size_t padded_hidden, zeroed_floats, dw_floats, floats;

  LstmWorkspace(const LstmNet& net, std::size_t steps, float* memory)
      : layers(net.layers),
        hidden(net.hidden),
        layer_floats(net.hidden * kLstmBlock),
        padded_hidden(net.padded_hidden()),
        dw_floats(net.gradient_size() - net.hidden - 1) {
    float* next = memory;
    const auto take = [&](std::size_t count) {
      float* const at = next;
      next += count;
      return at;
    };
    const std::size_t step_floats = layers * layer_floats, d_floats = layers * padded_hidden * kLstmBlock;
    input = take(steps * 2 * kLstmBlock);
    h = take((steps + 1) * step_floats);
    c = take((steps + 1) * step_floats);
    gates = take(steps * 5 * step_floats);
    dz = take(4 * layer_floats);
    ones = take(kLstmBlock);
    dy = take(kLstmBlock);
    zeroed = take(0);
    dz_by_lane = take(kLstmBlock * net.padded_rows());
    dh = take(d_floats);
    dc = take(d_floats);
    suffix = take(kLstmBlock);
    dw = take(dw_floats);
    dw_out = take((hidden + 1) * kLstmOutLanes);
    zeroed_floats = static_cast<std::size_t>(next - zeroed);
    floats = static_cast<std::size_t>(next - memory);
  }

  float* input_at(std::size_t t) const { return input + t * 2 * kLstmBlock; }
  float* h_at(std::size_t t, std::size_t l) const { return h + (t * layers + l) * layer_floats; }
  float* c_at(std::size_t t, std::size_t l) const { return c + (t * layers + l) * layer_floats; }
  float* gates_at(std::size_t t, std::size_t l) const { return gates + (t * layers + l) * 5 * layer_floats; }
  float* dh_of(std::size_t l) const { return dh + l * padded_hidden * kLstmBlock; }
  float* dc_of(std::size_t l) const { return dc + l * padded_hidden * kLstmBlock; }
};

}  // namespace
}  // namespace l2l
