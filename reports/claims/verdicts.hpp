// What a claim comes to, at each point of its experiment and as a whole.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/results/questions.hpp"
#include "reports/statistics/summary.hpp"

namespace l2l::reports {

enum class Verdict { reproduced, contradicted, inconclusive, not_run };
const char* to_string(Verdict verdict);  ///< "reproduced", ..., "not run"

/// Below this many seeds nothing is decided.
inline constexpr std::size_t kFewestSeeds = 5;

/// How large it is, with its interval at the claim's confidence (NaN where there is none).
struct Effect {
  std::string of;  ///< "loss / that of NAG", "loss - threshold", "share of seeds", ...
  double value = 0;
  Interval interval;
};

/// On how many problems one loss is below the other, above it, or neither (equal, both diverged).
struct Wins {
  std::size_t below = 0, above = 0, ties = 0;
};

/// The optimizer of a claim against one other, at the claim's step and confidence.
struct Comparison {
  std::string optimizer;  ///< the other one
  std::string label;
  Summary summary;     ///< of the other one
  Summary difference;  ///< of (claim's optimizer - other one), paired by seed; n = seeds in common
  Effect ratio;        ///< claim's optimizer / other one over the seeds in common, by the claim's statistic
  Wins wins;           ///< of the claim's optimizer, over the seeds in common
};

/// Two-sided p-values of the two ways in which a claim can be decided; 1 where one cannot be.
struct PValues {
  double reproduced = 1;
  double contradicted = 1;
};

/// A claim at one point of the experiment (one optimizee, one set of coordinates).
struct PointVerdict {
  std::string optimizee;
  std::map<std::string, std::string> coordinates;
  Verdict verdict = Verdict::not_run;
  std::string reason;              ///< one sentence for people
  std::vector<std::string> notes;  ///< what they have to know beside it
  std::optional<Summary> measured;
  std::optional<Effect> effect;
  PValues p;
  std::size_t trainings = 0;  ///< fewest replicas of a learned optimizer that it speaks of; 0: of none
  std::vector<Comparison> comparisons;
};

/// A claim over all points it selects. It is contradicted where one point contradicts it; else not run where
/// one is missing, else inconclusive where one is, else reproduced. `most_points` counts points instead.
struct ClaimVerdict {
  Claim claim;
  std::string label;  ///< of the claim's optimizer
  Verdict verdict = Verdict::not_run;
  std::string reason;                ///< of the decisive point, and what the correction did
  std::vector<PointVerdict> points;  ///< never empty; the one that decided the verdict first
  std::string about;                 ///< "of this φ", "of the method, 5 trainings"; empty: of baselines only
  double p_value = 1;                ///< of this claim alone
  double p_holm = 1;                 ///< corrected for all claims of the report that ran
  std::string figure;                ///< name of the figure that shows it, set by write_report; may be empty
  const PointVerdict& decisive() const { return points.front(); }
  /// Of the decisive point; of `most_points`: of the count.
  std::optional<Effect> effect;
};

}  // namespace l2l::reports
