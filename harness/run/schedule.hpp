// Which job may start next: dependencies, the memory budget, the longest chain first. No threads, no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "harness/plan/job.hpp"

namespace l2l {

class Schedule {
 public:
  /// @param jobs        what a job reads stands before it or is stored; must outlive the schedule
  /// @param stored      keys whose results exist already
  /// @param max_memory  bytes that running jobs may need together; 0: no limit
  Schedule(const std::vector<Job>& jobs, const std::unordered_set<std::string>& stored,
           std::size_t max_memory);

  std::size_t missing() const { return missing_; }  ///< jobs to run, at the beginning
  /// Jobs that exceed the memory budget by themselves: the caller fails them before it takes any.
  std::vector<std::size_t> too_large() const;

  /// The next job to start, which then counts as running; none while nothing is ready or fits. A ready job
  /// that does not fit holds back those after it: else small ones would starve it for ever.
  std::optional<std::size_t> take();
  void finished(std::size_t job);  ///< a running job has its result in the store
  /// A job has failed, running or not: all that need it can no longer run. Returns those newly blocked.
  std::vector<std::size_t> failed(std::size_t job);
  void stopped(std::size_t job);  ///< a running job gave up unfinished

  bool exhausted() const { return running_ == 0 && ready_.empty(); }
  std::size_t running() const { return running_; }

 private:
  enum class State { done, waiting, ready, running, failed, blocked, stopped };
  void leave(std::size_t job, State state);

  const std::vector<Job>& jobs_;
  std::size_t max_memory_;
  std::vector<State> state_;
  std::vector<std::size_t> unmet_;  ///< unfinished jobs it reads
  std::vector<std::vector<std::size_t>> dependants_;
  std::vector<double> chain_;                       ///< cost of the longest chain that starts here
  std::set<std::pair<double, std::size_t>> ready_;  ///< (-chain, index)
  std::size_t memory_ = 0;                          ///< of running jobs
  std::size_t running_ = 0;
  std::size_t missing_ = 0;
};

}  // namespace l2l
