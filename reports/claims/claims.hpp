// From claims to verdicts. docs/claims.md explains the statistics for readers of reports.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/results/results.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {

enum class Verdict { reproduced, contradicted, inconclusive, not_run };
const char* to_string(Verdict verdict);  ///< "reproduced", ..., "not run"

/// Below this many seeds a bootstrap interval means little, and the verdict is inconclusive.
inline constexpr std::size_t kFewestSeeds = 5;

/// How large it is, with its interval at the claim's confidence (NaN where there is none).
struct Effect {
  std::string of;  ///< "loss / that of NAG", "loss - threshold", "share of seeds", ...
  double value = 0;
  Interval interval;
};

/// The optimizer of a claim against one other, at the claim's step and confidence.
struct Comparison {
  std::string optimizer;  ///< the other one
  std::string label;
  Summary summary;     ///< of the other one
  Summary difference;  ///< of (claim's optimizer - other one), paired by seed; n = seeds in common, 0 where
                       ///< one diverged
  Effect ratio;        ///< of the mean losses over the seeds in common, claim's optimizer / other one
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
  std::string reason;  ///< one sentence for people
  std::optional<Summary> measured;
  std::optional<Effect> effect;
  PValues p;
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
  double p_value = 1;                ///< of this claim alone
  double p_holm = 1;                 ///< corrected for all claims of the report that ran
  std::string figure;                ///< name of the figure that shows it, set by write_report; may be empty
  const PointVerdict& decisive() const { return points.front(); }
  /// Of the decisive point; of `most_points`: of the count.
  std::optional<Effect> effect;
};

/// Verdicts over mean losses at the claim's step (or means from its first step to it), with bootstrap
/// intervals [l, h] at its confidence; e is its minimum effect:
///   below     of own loss - (1 - e) times that of the other, paired: reproduced: h < 0 for every other;
///             contradicted: l > 0 for at least one
///   fails     of own loss - (1 + e) times that of the other, paired: reproduced: l > 0 for every other;
///             contradicted: h < 0 for at least one
///   at_most   reproduced: h <= threshold; contradicted: l > threshold;  at_least: the mirror image
///   close     with the interval of the paired difference to every other, of mean m: reproduced:
///             h <= margin m; contradicted: l > margin m of at least one
///   ratio     of own loss - ratio * that of the other, paired: reproduced: h <= 0 for every other;
///             contradicted: l > 0 for at least one
///   within    reproduced: [l, h] within margin * paper_value of the paper's value; contradicted: outside of
///   it no_convergence  of the loss - share * the loss at step 0, paired: reproduced: l >= 0; contradicted: h
///   < 0 most_seeds      of the share of seeds where the loss is below (1 - e) times that of every other
///             (Clopper and Pearson's interval): reproduced: l > share; contradicted: h < share
///   most_points     `below` at every point by itself: reproduced at more than `more_than` points;
///             contradicted at so many that more are not left
///   advantage of ln(loss of the other / own loss), of the other with the smallest one: reproduced:
///             l > h' + ln(1 + e) of that on the optimizee `than`; contradicted: h < l' + ln(1 + e) of it
/// and inconclusive in between. A diverged seed puts the mean at +inf (see Summary), so it fails.
/// Curves that are missing, incomplete or too short make the claim not run. This is the claim by itself, with
/// its p-value by the same bootstrap (p_values.hpp): of a difference that is zero; for every point and every
/// other one the largest, a contradiction by any of k the smallest times k. Where `below` and `fails` have no
/// pairs, or one of a pair diverged, their intervals have to be apart instead.
ClaimVerdict judge(const Claim& claim, const std::vector<Experiment>& experiments);

/// All claims of a report. Holm's correction goes over those that ran: a verdict stays reproduced or
/// contradicted if its corrected p-value is at most 1 - confidence, and becomes inconclusive otherwise. So
/// the probability that any claim of the report is decided wrongly is at most 1 - the lowest confidence.
std::vector<ClaimVerdict> judge(const ReportInput& input);

}  // namespace l2l::reports
