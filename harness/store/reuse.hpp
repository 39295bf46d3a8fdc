// What a run lacks, and what neighbouring runs have of it (docs/decisions/0006-reuse-between-runs.md).
#pragma once

#include <cstddef>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"

namespace l2l {

std::vector<Job> missing_jobs(const std::vector<Job>& jobs, const Store& store);

/// Takes over results of neighbouring runs; a neighbour that cannot be read is left alone.
/// @param missing  without those taken over, afterwards
/// @returns how many
std::size_t reuse_from_siblings(const RunDirectory& directory, Store& store, std::vector<Job>& missing);

}  // namespace l2l
