// A suite that is being computed by arrays of tasks: what was sent, and what is still to be sent. Never the
// truth about results: that is what the stores hold.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"

namespace l2l {

/// What tasks ask the scheduler for; empty or 0: its defaults.
struct TaskRequest {
  std::string partition, account, memory, time;  ///< as the scheduler takes them: "4G", "2:00:00"
  std::size_t cpus = 1;
  std::size_t array_limit = 0;     ///< tasks of an array running at once
  std::size_t warn_seconds = 120;  ///< SIGUSR1 so long before the time limit
  std::vector<std::string> extra;  ///< further options without their dashes
};

struct Campaign {
  std::string name;                 ///< of all its jobs, and of no other's
  std::vector<std::size_t> shards;  ///< of each wave
  TaskRequest request;
  std::string program, folder, data;  ///< binary, working directory, $L2LBENCH_DATA of the tasks
  nlohmann::json submissions =
      nlohmann::json::array();  ///< [{time, waves: [{wave, arrays, merge}]}], for people

  void save(const RunDirectory& directory) const;  ///< atomically
  /// Throws Error{usage} where nothing was submitted in this directory.
  static Campaign load(const RunDirectory& directory);
  static bool exists(const RunDirectory& directory);
};

/// As many shards for each wave as make a task last about `seconds` on `cpus` cores by the plan's estimates;
/// at most one for each job, and `most`.
std::vector<std::size_t> choose_shards(const std::vector<Job>& jobs, double seconds, std::size_t cpus,
                                       std::size_t most);

/// The shards of each wave that have a job whose key is not stored.
std::vector<std::vector<std::size_t>> shards_to_send(const std::vector<Job>& jobs,
                                                     const std::vector<std::size_t>& shards,
                                                     const Store& store);

}  // namespace l2l
