// One layer of a block at one step, and the read-out of several rows, compiled once for every instruction
// set.
// clang-format off
#if defined(L2L_COUPLED_KERNELS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef L2L_COUPLED_KERNELS_INL_HPP
#undef L2L_COUPLED_KERNELS_INL_HPP
#else
#define L2L_COUPLED_KERNELS_INL_HPP
#endif
// clang-format on

#include "optimizers/kernels/coupled_kernels.hpp"
#include "optimizers/kernels/lstm_backward-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

HWY_NOINLINE void CoupledForward(const LstmNet& net, std::size_t layer, const LayerForward& s) {
  ForwardLayer<false>(net, layer, {s.x, s.h, s.c, s.h_next, s.c_next, nullptr});
}

HWY_NOINLINE void CoupledOutputs(const LstmNet& net, const float* weights, std::size_t rows, const float* h,
                                 float* output) {
  for (std::size_t row = 0; row < rows; ++row) {
    const float* w = weights + row * (net.hidden + 1);
    for (std::size_t lane = 0; lane < kB; lane += kLanes) {
      V y = Set(w[net.hidden]);
      for (std::size_t u = 0; u < net.hidden; ++u) y = Fma(Set(w[u]), hn::Load(kF, h + u * kB + lane), y);
      hn::Store(y, kF, output + row * kB + lane);
    }
  }
}

HWY_NOINLINE void CoupledOutputsBackward(const LstmNet& net, const float* weights, std::size_t rows,
                                         const float* doutput, const float* h, float* dh, float* dw) {
  LstmNet one_row = net;
  for (std::size_t row = 0; row < rows; ++row) {
    one_row.out = weights + row * (net.hidden + 1);
    BackwardOut(one_row, doutput + row * kB, h, dh, dw + row * (net.hidden + 1) * kLstmOutLanes);
  }
}

HWY_NOINLINE void CoupledBackward(const LstmNet& net, std::size_t layer, const LayerBackward& s) {
  const std::size_t layer_floats = net.hidden * kB;
  float* gates = s.scratch;
  float* h_next = gates + 5 * layer_floats;  // before averaging: nobody reads it
  float* c_next = h_next + layer_floats;
  float* dz = c_next + layer_floats;
  float* ones = dz + 4 * layer_floats;
  float* dz_by_lane = ones + kB;
  for (std::size_t lane = 0; lane < kB; ++lane) ones[lane] = 1.0f;
  // Rows beyond 4 H pad the vectors of the weight gradient.
  for (std::size_t k = 0; k < kB * net.padded_rows(); k += kLanes)
    hn::Store(hn::Zero(kF), kF, dz_by_lane + k);
  ForwardLayer<true>(net, layer, {s.x, s.h, s.c, h_next, c_next, gates});
  BackwardCells(net, gates, s.c, s.dh, s.dc, dz, dz_by_lane);
  WeightGradient(net, layer, dz_by_lane, s.x, s.h, ones, s.dw);
  if (s.dx != nullptr) DataGradient(net, net.to_input[layer], dz, true, s.dx);
  DataGradient(net, net.to_recurrent[layer], dz, false, s.dh);
  if (s.dinputs == nullptr) return;
  const std::size_t groups = (s.asked + 3) / 4;
  for (std::size_t g = 0; g < groups; ++g)
    DataGradientGroups<1>(net, s.input_weights + g * 16 * net.hidden, dz, false, s.dinputs + g * 4 * kB);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
