// Sends what is missing of a suite to Slurm: an array for each wave, a merge after it.
#pragma once

#include <optional>
#include <string>

#include "harness/cluster/campaign.hpp"

namespace l2l {

struct SubmitOptions {
  std::string suite;
  std::string directory;  ///< empty: runs/<suite name>
  TaskRequest request;
  std::optional<std::size_t> shards;  ///< of each wave; nothing: as many as take `task_seconds`
  std::size_t max_shards = 1000;      ///< where they are not given
  double task_seconds = 600;          ///< that a task is to last
  bool reuse = true;
  bool dry_run = false;  ///< print scripts and calls; neither write nor submit anything
};

/// Starts a campaign. Throws Error{usage} where an earlier one still has tasks in the queue.
int submit_suite(const SubmitOptions& options);
/// Merges what is there, then sends the shards that lack results. Throws Error{usage} likewise.
int resubmit_run(const std::string& directory, bool dry_run);
/// Cancels the campaign's tasks; what they have stored stays.
int cancel_run(const std::string& directory);

}  // namespace l2l
