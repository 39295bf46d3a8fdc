// From claims to verdicts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/statistics.hpp"
#include "reports/tables.hpp"

namespace l2l::reports {

enum class Verdict { reproduced, contradicted, inconclusive, not_run };
const char* to_string(Verdict verdict);  ///< "reproduced", ..., "not run"

/// Below this many seeds a bootstrap interval means little, and the verdict is inconclusive.
inline constexpr std::size_t kFewestSeeds = 5;

/// The optimizer of a claim against one other, at the claim's step and confidence.
struct Comparison {
  std::string optimizer;  ///< the other one
  std::string label;
  Summary summary;     ///< of the other one
  Summary difference;  ///< of (claim's optimizer - other one), paired by seed; n = seeds in common, 0 where
                       ///< one diverged
};

/// A claim at one point of the experiment (one optimizee, one set of coordinates).
struct PointVerdict {
  std::string optimizee;
  std::map<std::string, std::string> coordinates;
  Verdict verdict = Verdict::not_run;
  std::string reason;  ///< one sentence for people
  std::optional<Summary> measured;
  std::vector<Comparison> comparisons;
};

/// A claim over all points it selects. It is contradicted where one point contradicts it; else not run where
/// one is missing, else inconclusive where one is, else reproduced.
struct ClaimVerdict {
  Claim claim;
  std::string label;  ///< of the claim's optimizer
  Verdict verdict = Verdict::not_run;
  std::vector<PointVerdict> points;  ///< never empty; the one that decided the verdict first
  const PointVerdict& decisive() const { return points.front(); }
};

/// Verdicts over mean losses at the claim's step (or means from its first step to it), with bootstrap
/// intervals [l, h] at its confidence:
///   below     reproduced: h < l' of every other; contradicted: l > h' of at least one
///   at_most   reproduced: h <= threshold; contradicted: l > threshold;  at_least: the mirror image
///   fails     reproduced: l > h' of every other; contradicted: h < l' of at least one
///   close     with the interval of the paired difference to every other, of mean m: reproduced: h <= margin
///   * m;
///             contradicted: l > margin * m of at least one
///   advantage of ln(loss of the other / own loss), of the other with the smallest one: reproduced: l > h' of
///   that on
///             the optimizee `than`; contradicted: h < l' of it
/// and inconclusive in between. A diverged seed puts the mean at +inf (see Summary), so it fails.
/// Curves that are missing, incomplete or too short make the claim not run.
ClaimVerdict judge(const Claim& claim, const std::vector<Experiment>& experiments);
std::vector<ClaimVerdict> judge(const ReportInput& input);

}  // namespace l2l::reports
