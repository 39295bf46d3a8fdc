// The kernels of LSTM and coupled architectures, compiled for every instruction set.
#include "optimizers/kernels/lstm_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizers/kernels/all_targets.cpp"
#include "core/each_target.hpp"
#include "optimizers/kernels/coupled_kernels-inl.hpp"

#if HWY_ONCE
#include "optimizers/kernels/isa.hpp"

namespace l2l {

HWY_EXPORT(ForwardBlock);
HWY_EXPORT(TrainBlock);
HWY_EXPORT(CoupledForward);
HWY_EXPORT(CoupledOutputs);
HWY_EXPORT(CoupledOutputsBackward);
HWY_EXPORT(CoupledBackward);
HWY_EXPORT(Preprocess);

LstmKernels lstm_kernels() {
  choose_isa();
  return {&HWY_DYNAMIC_DISPATCH(ForwardBlock), &HWY_DYNAMIC_DISPATCH(TrainBlock)};
}

CoupledKernels coupled_kernels() {
  choose_isa();
  return {&HWY_DYNAMIC_DISPATCH(Preprocess), &HWY_DYNAMIC_DISPATCH(CoupledForward),
          &HWY_DYNAMIC_DISPATCH(CoupledOutputs), &HWY_DYNAMIC_DISPATCH(CoupledOutputsBackward),
          &HWY_DYNAMIC_DISPATCH(CoupledBackward)};
}

std::size_t lstm_workspace_floats(const LstmNet& net, std::size_t steps) {
  return LstmWorkspace(net, steps, nullptr).floats;
}

std::size_t layer_scratch_floats(const LstmNet& net) {
  return kLstmBlock * (11 * net.hidden + 1 + net.padded_rows());
}

}  // namespace l2l
#endif  // HWY_ONCE
