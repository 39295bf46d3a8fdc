// Slurm as an engine that only starts processes: scripts, arrays, and the few questions asked of it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/cluster/campaign.hpp"
#include "harness/store/run_directory.hpp"

namespace l2l::slurm {

/// The batch script of a wave's tasks. Its argument is added to the array index.
std::string task_script(const Campaign& campaign, const RunDirectory& directory, std::size_t wave);
/// The batch script of the merge after a wave; after the last one it also writes the report.
std::string merge_script(const Campaign& campaign, const RunDirectory& directory, std::size_t wave);

/// Part of a wave as one array: an index in an array must be below MaxArraySize.
struct Array {
  std::size_t offset = 0;            ///< added to every index
  std::vector<std::size_t> indices;  ///< ascending
};
std::vector<Array> arrays_of(const std::vector<std::size_t>& shards, std::size_t max_array_size);
/// "0-3,7,9-10", with "%5" where a limit is given
std::string array_text(const std::vector<std::size_t>& indices, std::size_t limit);

/// MaxArraySize of the cluster; Slurm's default where it does not tell.
std::size_t max_array_size();

/// The words of the sbatch call that submits a script.
std::vector<std::string> sbatch_words(const std::string& script, const std::vector<std::string>& options,
                                      const std::vector<std::string>& arguments);
/// Calls sbatch and returns the job's id. Throws Error{environment} with what Slurm said.
std::string submit(const std::vector<std::string>& words);

/// State -> number of tasks of that name in the queue. Throws Error{environment} where Slurm does not answer.
std::map<std::string, std::size_t> queue(const std::string& name);
/// Cancels every job of that name.
void cancel(const std::string& name);

}  // namespace l2l::slurm
