// Compiles the file that includes this first once for every instruction set; the file names itself before:
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "optimizers/hand_designed/sgd.cpp"
//   #include "core/each_target.hpp"
#pragma once

// SSSE3 is left to the scalar level, SVE has vectors without a size: no arrays of them, no register tiles.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#include "hwy/foreach_target.h"
