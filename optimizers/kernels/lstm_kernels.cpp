#include "optimizers/kernels/lstm_kernels.hpp"

// SSSE3 is left to the scalar level, SVE has vectors without a size: no arrays of them, no register tiles.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizers/kernels/lstm_kernels.cpp"
// clang-format off
#include "hwy/foreach_target.h"  // compiles this file once for every instruction set
// clang-format on
#include "optimizers/kernels/lstm_backward-inl.hpp"

#if HWY_ONCE
#include "optimizers/kernels/isa.hpp"

namespace l2l {

HWY_EXPORT(ForwardBlock);
HWY_EXPORT(TrainBlock);

LstmKernels lstm_kernels() {
  choose_isa();
  return {&HWY_DYNAMIC_DISPATCH(ForwardBlock), &HWY_DYNAMIC_DISPATCH(TrainBlock)};
}

std::size_t lstm_workspace_floats(const LstmNet& net, std::size_t steps) {
  return LstmWorkspace(net, steps, nullptr).floats;
}

}  // namespace l2l
#endif  // HWY_ONCE
