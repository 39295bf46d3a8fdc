// The bodies of the four kinds of job.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"

namespace l2l {

/// What a running job may use besides its key; nothing here changes its result.
struct JobContext {
  std::function<JobResult(const std::string& key)> read;          ///< a finished job's result
  std::function<std::optional<std::string>()> load_checkpoint;    ///< where it left off, if it did
  std::function<void(const std::string& bytes)> save_checkpoint;  ///< called between epochs
  /// Progress in [0, 1] and a short text ("epoch 3/10, validation 0.291").
  std::function<void(double fraction, const std::string& text)> progress;
  /// Throws Error{interrupted} when the run is being stopped or the job's time is over; call it often.
  std::function<void()> check_stop;
};

/// In the result of a random search, what was drawn of a hyperparameter is an array of this and its name; of
/// schedules it is their places in the list.
inline constexpr const char* kTrialPrefix = "trial.";

JobResult run_job(const Job& job, const JobContext& context);

}  // namespace l2l
