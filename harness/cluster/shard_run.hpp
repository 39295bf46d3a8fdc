// `l2lbench run SUITE --shard K/N`: one of n processes that together compute a suite, each with a store of
// its own (docs/cluster.md).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/cluster/shard.hpp"
#include "harness/run/run_suite.hpp"

namespace l2l {

struct ShardOptions {
  RunOptions run;
  Shard shard;                      ///< the part of the plan that is computed
  std::string stores;               ///< folder of private stores; empty: `shards` in the run directory
  std::optional<std::size_t> wave;  ///< only this wave
};

/// Computes those jobs of the shard that are stored nowhere and whose inputs are there. Returns the exit
/// code: 0, 3 (some jobs failed, or of the wave asked for some lack their inputs), 130 (left early, state
/// saved).
int run_shard(const ShardOptions& options);

}  // namespace l2l
