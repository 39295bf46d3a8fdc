// Which part of a plan one of n processes computes: waves along the dependency graph, and within a wave
// shares of equal estimated cost. A pure function of the plan and n: no process has to talk to another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"

namespace l2l {

struct Shard {
  std::size_t index = 0;  ///< in [0, count)
  std::size_t count = 1;
};

/// "3/8", or "auto/8": the index is then $SLURM_ARRAY_TASK_ID (Slurm, counted from 0) or
/// $JOB_COMPLETION_INDEX (Kubernetes). Throws Error{usage}.
Shard parse_shard(const std::string& text);

/// The wave of a selection without candidates (a file is loaded): it can be made before the first wave.
inline constexpr int kBeforeWaves = -1;

/// The wave of each job: 0 reads nothing, others come one wave after the last that they read. Selections take
/// milliseconds and read many results: they are made between waves, by the merge, and carry the number of
/// the wave that they close.
std::vector<int> waves_of(const std::vector<Job>& jobs);

/// How many waves there are.
std::size_t wave_count(const std::vector<int>& waves);

/// The jobs of one wave that belong to each of `count` shards, as ascending indices into `jobs`: longest job
/// first to the shard that has least so far. Selections belong to no shard.
std::vector<std::vector<std::size_t>> split_wave(const std::vector<Job>& jobs, const std::vector<int>& waves,
                                                 std::size_t wave, std::size_t count);

}  // namespace l2l
