#include "reports/claims.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"

namespace l2l::reports {
namespace {

using Point = std::pair<std::string, std::map<std::string, std::string>>;  // optimizee, coordinates
using Curves = std::vector<const Curve*>;

bool selected(const Curve& curve, const std::map<std::string, std::string>& where) {
  return std::all_of(where.begin(), where.end(), [&](const auto& condition) {
    const auto& [axis, value] = condition;
    if (axis == "optimizee") return curve.optimizee == value;
    const auto found = curve.coordinates.find(axis);
    if (found != curve.coordinates.end()) return found->second == value;
    return axis == "horizon" && std::to_string(curve.horizon) == value;
  });
}

const Curve* find(const Curves& curves, const std::string& optimizer) {
  const auto found = std::find_if(curves.begin(), curves.end(),
                                  [&](const Curve* curve) { return curve->optimizer == optimizer; });
  return found == curves.end() ? nullptr : *found;
}

/// Why a curve cannot be judged at this step; empty if it can.
std::string missing(const Curve* curve, const std::string& optimizer, int step) {
  if (curve == nullptr || curve->seeds.empty()) return fmt::format("there are no results of {}", optimizer);
  if (step > curve->horizon) {
    return fmt::format("{} ran {} steps only, the claim is about step {}", optimizer, curve->horizon, step);
  }
  if (!curve->complete)
    return fmt::format("results of {} are incomplete ({} seeds so far)", optimizer, curve->seeds.size());
  return {};
}

/// What the claim is about, of every seed: the loss at its step, or the mean from its first step to it; +inf
/// where the seed diverged before.
std::vector<double> claimed_losses(const Curve& curve, const Claim& claim) {
  const std::vector<double> losses = losses_with_divergence(curve);
  const auto steps = static_cast<std::size_t>(curve.horizon) + 1, last = static_cast<std::size_t>(claim.step);
  const auto first = static_cast<std::size_t>(claim.first_step.value_or(claim.step));
  std::vector<double> values;
  for (std::size_t row = 0; row < losses.size(); row += steps) {
    double sum = 0;
    for (std::size_t t = first; t <= last; ++t) sum += losses[row + t];
    values.push_back(sum / static_cast<double>(last - first + 1));
  }
  return values;
}

/// Summary of difference(a, b) over the seeds in common; n = 0 where one of them diverged.
template <class Difference>
Summary paired(const Curve& a, const Curve& b, const Claim& claim, Difference difference) {
  const std::vector<double> losses_a = claimed_losses(a, claim), losses_b = claimed_losses(b, claim);
  std::map<std::uint64_t, std::size_t> seeds_b;
  for (std::size_t i = 0; i < b.seeds.size(); ++i) seeds_b[b.seeds[i]] = i;
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.seeds.size(); ++i) {
    const auto found = seeds_b.find(a.seeds[i]);
    if (found == seeds_b.end()) continue;
    const double value = difference(losses_a[i], losses_b[found->second]);
    if (!std::isfinite(value)) return summarize({}, claim.confidence);
    differences.push_back(value);
  }
  return summarize(differences, claim.confidence);
}

/// ln(loss of the hardest of the others / own loss), over seeds; n = 0 where it cannot be told.
Summary advantage(const Claim& claim, const Curves& curves) {
  const Curve* own = find(curves, claim.optimizer);
  std::optional<Summary> smallest;
  for (const std::string& name : claim.against) {
    const Curve* other = find(curves, name);
    for (const Curve* curve : {own, other})
      if (!missing(curve, name, claim.step).empty()) return summarize({}, claim.confidence);
    const Summary ratio = paired(*other, *own, claim, [](double a, double b) { return std::log(a / b); });
    if (!smallest || ratio.n == 0 || ratio.mean < smallest->mean) smallest = ratio;
    if (ratio.n == 0) break;
  }
  return *smallest;
}

bool apart(const Summary& below, const Summary& above) {
  return below.interval.high < above.interval.low;
}

/// A verdict needs an interval worth the name; divergence needs no interval.
bool enough_seeds(const Summary& summary) {
  return summary.diverged > 0 || summary.n >= kFewestSeeds;
}

std::string list(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

void compare(const Claim& claim, PointVerdict& point) {
  const bool fails = claim.kind == "fails";
  std::vector<std::string> undecided, against;
  for (const Comparison& other : point.comparisons) {
    const bool below = apart(*point.measured, other.summary), above = apart(other.summary, *point.measured);
    if (fails ? below : above) against.push_back(other.label);
    if (!(fails ? above : below)) undecided.push_back(other.label);
  }
  if (!against.empty()) {
    point.verdict = Verdict::contradicted;
    point.reason =
        fmt::format("its interval is entirely {} that of {}", fails ? "below" : "above", list(against));
  } else if (!undecided.empty()) {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("not told apart from {}", list(undecided));
  } else {
    point.verdict = Verdict::reproduced;
    point.reason = fmt::format(
        "its interval is entirely {} {}", fails ? "above" : "below",
        point.comparisons.size() == 1 ? "that of " + point.comparisons.front().label : "all others");
  }
}

/// `reference`: the curves on the optimizee that the claim compares with.
void compare_advantages(const Claim& claim, const Curves& curves, const Curves& reference,
                        PointVerdict& point) {
  const Summary here = advantage(claim, curves), there = advantage(claim, reference);
  if (here.n < kFewestSeeds || there.n < kFewestSeeds) {
    point.verdict = reference.empty() ? Verdict::not_run : Verdict::inconclusive;
    point.reason = fmt::format("its advantage cannot be told on {}: too few seeds, or a divergence",
                               here.n < kFewestSeeds ? point.optimizee : claim.than);
    return;
  }
  if (apart(there, here))
    point.verdict = Verdict::reproduced;
  else
    point.verdict = apart(here, there) ? Verdict::contradicted : Verdict::inconclusive;
  const auto factor = [](const Summary& ratio) {
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", std::exp(ratio.mean), std::exp(ratio.interval.low),
                       std::exp(ratio.interval.high));
  };
  point.reason = fmt::format("the hardest other one has {} times its loss here, {} times on {}", factor(here),
                             factor(there), claim.than);
}

void compare_with_margin(const Claim& claim, PointVerdict& point) {
  std::vector<std::string> undecided, against;
  for (const Comparison& other : point.comparisons) {
    const double allowed = claim.margin * other.summary.mean;
    if (point.measured->diverged > 0 || other.difference.interval.low > allowed)
      against.push_back(other.label);
    else if (other.difference.n < kFewestSeeds || other.difference.interval.high > allowed)
      undecided.push_back(other.label);
  }
  point.verdict = !against.empty()     ? Verdict::contradicted
                  : !undecided.empty() ? Verdict::inconclusive
                                       : Verdict::reproduced;
  point.reason = fmt::format("the paired difference is {} {:g} % of {}",
                             !against.empty()     ? "entirely above"
                             : !undecided.empty() ? "not told apart from"
                                                  : "entirely below",
                             100 * claim.margin,
                             list(!against.empty()     ? against
                                  : !undecided.empty() ? undecided
                                                       : std::vector<std::string>{"the other's loss"}));
}

void compare_with_threshold(const Claim& claim, PointVerdict& point) {
  const bool at_most = claim.kind == "at_most";
  const Interval& interval = point.measured->interval;
  if (at_most ? interval.high <= claim.threshold : interval.low >= claim.threshold) {
    point.verdict = Verdict::reproduced;
    point.reason = fmt::format("its interval is entirely {} the threshold", at_most ? "below" : "above");
  } else if (at_most ? interval.low > claim.threshold : interval.high < claim.threshold) {
    point.verdict = Verdict::contradicted;
    point.reason = fmt::format("its interval is entirely {} the threshold", at_most ? "above" : "below");
  } else {
    point.verdict = Verdict::inconclusive;
    point.reason = "its interval holds the threshold";
  }
}

PointVerdict judge_point(const Claim& claim, const Point& where, const Curves& curves,
                         const Curves& reference) {
  PointVerdict point;
  std::tie(point.optimizee, point.coordinates) = where;
  const Curve* curve = find(curves, claim.optimizer);
  point.reason = missing(curve, claim.optimizer, claim.step);
  if (curve != nullptr && !curve->seeds.empty() && claim.step <= curve->horizon) {
    point.measured = summarize(claimed_losses(*curve, claim), claim.confidence);
  }
  for (const std::string& name : claim.against) {
    const Curve* other = find(curves, name);
    const std::string why = missing(other, name, claim.step);
    if (point.reason.empty()) point.reason = why;
    if (!why.empty() || !point.measured) continue;
    point.comparisons.push_back({name, other->label,
                                 summarize(claimed_losses(*other, claim), claim.confidence),
                                 paired(*curve, *other, claim, [](double a, double b) { return a - b; })});
  }
  if (!point.reason.empty()) return point;

  const bool enough = enough_seeds(*point.measured) &&
                      std::all_of(point.comparisons.begin(), point.comparisons.end(),
                                  [](const Comparison& other) { return enough_seeds(other.summary); });
  if (!enough) {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("fewer than {} seeds", kFewestSeeds);
  } else if (claim.kind == "below" || claim.kind == "fails") {
    compare(claim, point);
  } else if (claim.kind == "close") {
    compare_with_margin(claim, point);
  } else if (claim.kind == "advantage") {
    compare_advantages(claim, curves, reference, point);
  } else {
    L2L_CHECK(claim.kind == "at_most" || claim.kind == "at_least", "kind={}", claim.kind);
    compare_with_threshold(claim, point);
  }
  if (point.measured->diverged > 0) {
    point.reason += fmt::format("; {} of {} seeds diverged", point.measured->diverged, point.measured->n);
  }
  return point;
}

int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::contradicted:
      return 3;
    case Verdict::not_run:
      return 2;
    case Verdict::inconclusive:
      return 1;
    case Verdict::reproduced:
      return 0;
  }
  return 0;
}

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::reproduced:
      return "reproduced";
    case Verdict::contradicted:
      return "contradicted";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::not_run:
      return "not run";
  }
  return "";
}

ClaimVerdict judge(const Claim& claim, const std::vector<Experiment>& experiments) {
  ClaimVerdict verdict;
  verdict.claim = claim;
  verdict.label = claim.optimizer;
  std::map<Point, Curves> points, references;
  for (const Experiment& experiment : experiments) {
    if (experiment.name != claim.experiment) continue;
    for (const Curve& curve : experiment.curves) {
      if (curve.optimizee == claim.than) references[{claim.than, curve.coordinates}].push_back(&curve);
      if (!selected(curve, claim.where)) continue;
      points[{curve.optimizee, curve.coordinates}].push_back(&curve);
      if (curve.optimizer == claim.optimizer) verdict.label = curve.label;
    }
  }
  for (const auto& [where, curves] : points)
    verdict.points.push_back(judge_point(claim, where, curves, references[{claim.than, where.second}]));
  if (verdict.points.empty()) verdict.points.push_back(judge_point(claim, {}, {}, {}));
  std::stable_sort(
      verdict.points.begin(), verdict.points.end(),
      [](const PointVerdict& a, const PointVerdict& b) { return severity(a.verdict) > severity(b.verdict); });
  verdict.verdict = verdict.decisive().verdict;
  return verdict;
}

std::vector<ClaimVerdict> judge(const ReportInput& input) {
  std::vector<ClaimVerdict> verdicts;
  for (const Claim& claim : input.claims) verdicts.push_back(judge(claim, input.experiments));
  return verdicts;
}

}  // namespace l2l::reports
