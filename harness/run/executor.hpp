// Runs the jobs of a plan that are not stored yet, and stores each result as soon as it is there.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/compute/run_job.hpp"
#include "harness/plan/job.hpp"
#include "harness/store/store.hpp"

namespace l2l {

struct ExecutorOptions {
  std::size_t threads = 1;     ///< cores used, by jobs and inside jobs together
  std::size_t max_memory = 0;  ///< bytes of Job::bytes running at once; 0: no limit
  std::optional<std::chrono::duration<double>> job_timeout;
  bool fail_fast = false;                                       ///< stop at the first failure
  std::function<bool()> stop_requested = [] { return false; };  ///< polled about ten times a second
  /// Polled likewise. Once true, no further job starts; running ones end, or stop at their next checkpoint,
  /// or as if stop_requested() when `leave_within` has passed.
  std::function<bool()> leave_requested = [] { return false; };
  std::chrono::duration<double> leave_within = std::chrono::seconds(60);
  /// Called after a result is stored, from the thread that computed it; an exception ends the run.
  std::function<void(const Job&, const JobResult&)> on_finished = [](const Job&, const JobResult&) {};
};

struct RunningJob {
  const Job* job = nullptr;
  double fraction = 0;  ///< in [0, 1]
  std::string text;     ///< "epoch 3/10, validation 0.291"
  std::chrono::steady_clock::time_point started;
};

/// A moment of a run.
struct RunProgress {
  std::size_t total = 0;  ///< jobs of the plan
  std::size_t done = 0;   ///< stored before or finished now
  std::size_t failed = 0;
  std::size_t blocked = 0;  ///< cannot run because something they read failed
  std::vector<RunningJob> running;
  double elapsed = 0;               ///< seconds since the executor started
  std::optional<double> remaining;  ///< estimated seconds to go, once there is something to judge by
};

/// Watches a run. All calls come from the thread that called execute(); an exception ends the run.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void job_started(const Job& /*job*/) {}
  virtual void job_finished(const Job& /*job*/, const std::string& /*digest*/, double /*seconds*/) {}
  virtual void job_failed(const Job& /*job*/, const std::string& /*message*/) {}
  virtual void progress(const RunProgress& /*now*/) {}  ///< about ten times a second
};

struct RunOutcome {
  std::size_t stored = 0;                                     ///< were there before
  std::size_t finished = 0;                                   ///< computed and stored now
  std::vector<std::pair<std::size_t, std::string>> failures;  ///< job index, message
  std::vector<std::size_t> blocked;
  std::size_t unfinished = 0;  ///< stopped or never started, neither failed nor blocked
  bool interrupted = false;    ///< stop_requested() or leave_requested() said so before all was done
};

using JobRunner = std::function<JobResult(const Job&, const JobContext&)>;

/// Runs every job whose key is not in the store, in parallel where they do not depend on one another; a job
/// may use idle cores inside (parallel_for). A job that throws fails alone: the failure is stored, those that
/// need it are blocked, the rest goes on. Throws what the store, on_finished or the observer throws.
RunOutcome execute(const std::vector<Job>& jobs, Store& store, const JobRunner& runner,
                   const ExecutorOptions& options, RunObserver& observer);

}  // namespace l2l
