// Trained optimizers of a run as files that can be read without this project.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/store/store.hpp"

namespace l2l {

/// Writes the phi of a `select` job to `folder`/<digest>.npz with its provenance: the keys and the
/// configuration of the training it comes from. Safe to call from several threads.
void export_weights(const std::filesystem::path& folder, const std::vector<Job>& jobs, const Job& select,
                    const JobResult& result);

/// The same for every stored `select` job of the plan.
void export_stored_weights(const std::filesystem::path& folder, const std::vector<Job>& jobs,
                           const Store& store);

}  // namespace l2l
