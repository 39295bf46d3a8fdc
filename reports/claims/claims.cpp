#include "reports/claims/claims.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "reports/claims/data.hpp"
#include "reports/claims/kinds.hpp"
#include "reports/results/report_input.hpp"
#include "reports/statistics/p_values.hpp"

namespace l2l::reports {
namespace {

using Point = std::pair<std::string, std::map<std::string, std::string>>;  // optimizee, coordinates

/// A verdict needs an interval worth the name; divergence needs no interval.
bool enough_seeds(const Summary& summary) {
  return summary.diverged > 0 || summary.n >= kFewestSeeds;
}

Comparison comparison(const Claim& claim, const Curve& own, const Curve& other) {
  const Pairs pairs = pairs_of(own, other, claim);
  return {other.optimizer, other.label, summarize(claimed_losses(other, claim), claim.confidence),
          summarize(differences(pairs), claim.confidence),
          ratio_of_means("loss / that of " + other.label, pairs.own, pairs.other, claim.confidence)};
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
    if (why.empty() && point.measured) point.comparisons.push_back(comparison(claim, *curve, *other));
  }
  if (!point.reason.empty()) return point;

  const bool enough = enough_seeds(*point.measured) &&
                      std::all_of(point.comparisons.begin(), point.comparisons.end(),
                                  [](const Comparison& other) { return enough_seeds(other.summary); });
  if (enough) {
    decide_point(claim, curves, reference, point);
  } else {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("fewer than {} seeds", kFewestSeeds);
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

/// What the points say together.
PValues combine_points(ClaimVerdict& verdict) {
  const std::vector<PointVerdict>& points = verdict.points;
  PValues p{0, 1};
  for (const PointVerdict& point : points) {
    p.reproduced = std::max(p.reproduced, point.p.reproduced);
    p.contradicted = std::min(p.contradicted, point.p.contradicted);
  }
  p.contradicted = std::min(1.0, p.contradicted * static_cast<double>(points.size()));
  verdict.verdict = verdict.decisive().verdict;
  verdict.reason = verdict.decisive().reason;
  verdict.effect = verdict.decisive().effect;
  return p;
}

/// What is left of `most_points`: how many points it holds at.
PValues count_points(ClaimVerdict& verdict) {
  const Claim& claim = verdict.claim;
  const std::vector<PointVerdict>& points = verdict.points;
  const auto count = [&](Verdict wanted) {
    return static_cast<std::size_t>(std::count_if(
        points.begin(), points.end(), [&](const PointVerdict& point) { return point.verdict == wanted; }));
  };
  const std::size_t n = points.size(), k = static_cast<std::size_t>(claim.more_than),
                    holds = count(Verdict::reproduced), possible = n - count(Verdict::contradicted);
  verdict.effect = Effect{
      "points", static_cast<double>(holds), {static_cast<double>(holds), static_cast<double>(possible)}};
  verdict.reason = fmt::format("it holds at {} of {} points, and not at {}", holds, n, n - possible);
  verdict.verdict = holds > k                     ? Verdict::reproduced
                    : possible <= k               ? Verdict::contradicted
                    : count(Verdict::not_run) > 0 ? Verdict::not_run
                                                  : Verdict::inconclusive;
  if (k >= n) return {1, 0};  // more than all of them
  std::vector<double> reproduced, contradicted;
  for (const PointVerdict& point : points) {
    reproduced.push_back(point.p.reproduced);
    contradicted.push_back(point.p.contradicted);
  }
  return {p_more_than(reproduced, k), p_more_than(contradicted, n - k - 1)};
}

}  // namespace

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
  const bool counted = claim.kind == "most_points" && !points.empty();
  if (points.empty()) verdict.points.push_back(judge_point(claim, {}, {}, {}));
  std::stable_sort(
      verdict.points.begin(), verdict.points.end(),
      [](const PointVerdict& a, const PointVerdict& b) { return severity(a.verdict) > severity(b.verdict); });
  const PValues p = counted ? count_points(verdict) : combine_points(verdict);
  verdict.p_value = verdict.verdict == Verdict::reproduced     ? p.reproduced
                    : verdict.verdict == Verdict::contradicted ? p.contradicted
                                                               : std::min(p.reproduced, p.contradicted);
  if (verdict.verdict == Verdict::not_run) verdict.p_value = 1;
  verdict.p_holm = verdict.p_value;
  return verdict;
}

std::vector<ClaimVerdict> judge(const ReportInput& input) {
  std::vector<ClaimVerdict> verdicts;
  for (const Claim& claim : input.claims) verdicts.push_back(judge(claim, input.experiments));
  std::vector<double> p_values;
  std::vector<ClaimVerdict*> ran;
  for (ClaimVerdict& verdict : verdicts) {
    if (verdict.verdict == Verdict::not_run) continue;
    p_values.push_back(verdict.p_value);
    ran.push_back(&verdict);
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < ran.size(); ++i) {
    ClaimVerdict& verdict = *ran[i];
    verdict.p_holm = adjusted[i];
    const bool decided = verdict.verdict != Verdict::inconclusive;
    // the share of a decimal fraction: 1 - 0.99 is a little less than 0.01
    if (!decided || verdict.p_holm <= (1 - verdict.claim.confidence) * (1 + 1e-9)) continue;
    verdict.reason =
        fmt::format("by itself {}: {}; not enough for one of {} claims (p = {:.2g}, corrected {:.2g})",
                    to_string(verdict.verdict), verdict.reason, ran.size(), verdict.p_value, verdict.p_holm);
    verdict.verdict = Verdict::inconclusive;
  }
  return verdicts;
}

}  // namespace l2l::reports
