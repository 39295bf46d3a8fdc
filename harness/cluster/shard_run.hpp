// `l2lbench run SUITE --shard K/N`: one of n processes that together compute a suite, each with a store of
// its own (docs/cluster.md).
#pragma once

#include "harness/run/run_suite.hpp"

namespace l2l {

/// Computes those jobs of the shard that are stored nowhere and whose inputs are there. Returns the exit
/// code: 0, 3 (some jobs failed, or of the wave asked for some lack their inputs), 130 (left early, state
/// saved).
/// @param options  with `shard`
int run_shard(const RunOptions& options);

}  // namespace l2l
