// `l2lbench run SUITE`: from a suite to its report.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "harness/run/executor.hpp"

namespace l2l {

struct RunOptions {
  std::string suite;
  std::string directory;  ///< empty: runs/<suite name>
  std::size_t threads = 1;
  std::size_t max_memory = 0;         ///< bytes
  std::optional<double> job_timeout;  ///< seconds
  bool fail_fast = false;
  bool reuse = true;
  bool report = true;
  std::string since;  ///< directory of an earlier run: the report says what changed since; may be empty
  bool quiet = false;
  bool json = false;
  double leave_within = 60;  ///< seconds that running jobs get after SIGUSR1
  std::string command;       ///< as typed, for the manifest and for resuming
};

/// Threads, memory, limits, and the signals that stop a run (signals.hpp).
ExecutorOptions executor_options(const RunOptions& options);

/// Runs what is not stored yet and writes the report. Returns the exit code: 0, 3 (some jobs failed), 130.
/// Throws Error for what is wrong before the first job starts, or with the store.
int run_suite(const RunOptions& options);

/// Three quarters of the memory: estimates are estimates, and datasets and libraries need some too.
std::size_t default_memory_budget();

}  // namespace l2l
