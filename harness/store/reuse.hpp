// What a run lacks, and what neighbouring runs have of it (docs/decisions/0006-reuse-between-runs.md).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"

namespace l2l {

std::vector<Job> missing_jobs(const std::vector<Job>& jobs, const Store& store);

/// What was found in neighbouring runs.
struct Reuse {
  std::size_t results = 0;                            ///< taken over
  std::vector<std::filesystem::path> other_versions;  ///< run directories whose stores are of another version
};

/// Takes over results of neighbouring runs; a neighbour that cannot be read is left alone.
/// @param missing  without those taken over, afterwards
Reuse reuse_from_siblings(const RunDirectory& directory, Store& store, std::vector<Job>& missing);

/// One line for people about the run directories whose stores are of another version; empty where there are
/// none.
std::string other_versions_text(const std::vector<std::filesystem::path>& directories);

}  // namespace l2l
