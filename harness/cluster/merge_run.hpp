// `l2lbench merge SUITE`: what shards have computed goes into the run's store, and what they need next out of
// it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/cluster/merge.hpp"
#include "harness/store/reuse.hpp"

namespace l2l {

struct MergeOptions {
  std::string suite;
  std::string directory;             ///< empty: runs/<suite name>
  std::vector<std::string> sources;  ///< stores, or folders of them; empty: `shards` in the run directory
  bool reuse = true;                 ///< results of neighbouring runs count as a source, too
  bool report = false;               ///< write the report where nothing is missing
  double wait = 600;                 ///< seconds that another writer of the run is waited for
  std::string command;               ///< as typed, for the manifest
};

struct MergeReport {
  MergeCounts counts;
  std::size_t sources = 0, unreadable = 0, selected = 0;
  Reuse reuse;  ///< of neighbouring runs
  std::size_t stored = 0, planned = 0, failed = 0;
  std::vector<Conflict> conflicts;  ///< all that the store remembers
  std::filesystem::path directory;
  std::string pages;  ///< of the report that was written; empty: none was
};

/// Merges every source, makes the selections that have become possible, writes weights, manifest and
/// handover. Throws Error{store} where the run cannot be written.
MergeReport merge_run(const MergeOptions& options);

}  // namespace l2l
