// `l2lbench nightly`: run, report, history, gate, one summary, one exit code.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace l2l {

struct NightlyOptions {
  std::string suite = "suites/nightly.yaml";
  std::filesystem::path folder = "nightly";
  std::size_t threads = 1;
  std::size_t keep = 14;     ///< nights, beside the last good one
  std::size_t min_free = 0;  ///< bytes of disk
};

/// In `folder`: lock, history.sqlite, last-good (the name of a night), latest.md, and a run directory a night
/// under nights/, named by when it started. An unfinished night of the same program is continued. The gate
/// compares with the last good night, which this one becomes if it passes or is the first. Old nights are
/// removed, never the last good one. Returns the exit code of the run if that is not 0, else the gate's.
int run_nightly(const NightlyOptions& options);

/// Of the nights there are, in the order of their names, those to remove.
std::vector<std::string> nights_to_remove(std::vector<std::string> nights, const std::string& last_good,
                                          std::size_t keep);

}  // namespace l2l
