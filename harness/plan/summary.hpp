// What a plan amounts to: counts, time and memory, for `l2lbench plan`.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "harness/plan/plan.hpp"

namespace l2l {

/// Sustained on one core where nothing has been measured yet; the kernels reach more, small jobs less.
inline constexpr double kAssumedFlopPerSecond = 4e10;

inline constexpr std::array kJobKinds = {JobKind::tune, JobKind::meta_train, JobKind::select,
                                         JobKind::evaluate};

/// What is known of a job's result.
struct StoredJob {
  bool elsewhere = false;         ///< in the store of another run, from which `run` takes it over
  std::optional<double> seconds;  ///< it took
};

struct KindSummary {
  std::size_t jobs = 0, stored = 0, elsewhere = 0;
  double seconds = 0;     ///< estimated, of the jobs to do, one after another
  bool measured = false;  ///< from stored jobs of this kind; else from kAssumedFlopPerSecond
  std::size_t to_do() const { return jobs - stored - elsewhere; }
};

struct PlanSummary {
  std::array<KindSummary, kJobKinds.size()> kinds;  ///< parallel to kJobKinds
  KindSummary total;                                ///< measured: true where any kind is
  double longest_chain = 0;       ///< seconds of the longest path of jobs to do that wait for one another
  std::size_t largest_bytes = 0;  ///< estimated working memory of the largest job to do

  /// Estimated seconds with `threads` jobs at a time.
  double wall_seconds(std::size_t threads) const;
};

/// @param lookup what is stored of a key, nothing where the job is still to do
PlanSummary summarise(const Plan& plan,
                      const std::function<std::optional<StoredJob>(const std::string& key)>& lookup);

}  // namespace l2l
