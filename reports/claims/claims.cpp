#include "reports/claims/claims.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "reports/claims/contrast.hpp"
#include "reports/claims/kinds.hpp"
#include "reports/results/report_input.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/distributions.hpp"
#include "reports/statistics/p_values.hpp"

namespace l2l::reports {
namespace {

using Point = std::pair<std::string, std::map<std::string, std::string>>;  // optimizee, coordinates

/// Of losses of which the diverged ones are infinite, with the interval of their mean that claims are judged
/// by.
Summary judged_summary(const std::vector<double>& losses, const Claim& claim) {
  if (losses.size() < 2) return summary_of(losses, {std::nan(""), std::nan("")});
  return summary_of(losses, estimate_mean(losses, Doubt::signs)->interval(1 - claim.confidence));
}

Comparison comparison(const Claim& claim, const Curve& own, const Curve& other) {
  Comparison comparison;
  comparison.optimizer = other.optimizer;
  comparison.label = other.label;
  comparison.summary = judged_summary(mean_claimed_losses(other, claim), claim);
  const std::vector<double> a = mean_claimed_losses(own, claim), b = mean_claimed_losses(other, claim);
  const CommonSeeds common = seeds_in_common(own.seeds, other.seeds);
  std::vector<double> differences;
  for (std::size_t i = 0; i < common.size(); ++i) {
    const double mine = a[common.first[i]], theirs = b[common.second[i]];
    differences.push_back(mine == theirs ? 0 : mine - theirs);
  }
  comparison.difference = judged_summary(differences, claim);
  if (common.size() > 0) comparison.ratio = contrast_of(claim, own, other, 1).effect;
  comparison.wins = wins_of(claim, own, other);
  return comparison;
}

/// The fewest trainings of a learned optimizer among those that a claim speaks of; 0 where none is learned.
std::size_t fewest_trainings(const Claim& claim, const Curves& curves) {
  std::size_t fewest = 0;
  std::vector<std::string> names = claim.against;
  names.push_back(claim.optimizer);
  for (const std::string& name : names) {
    const Curve* curve = find(curves, name);
    if (curve == nullptr || !curve->learned) continue;
    fewest = fewest == 0 ? curve->replicas() : std::min(fewest, curve->replicas());
  }
  return fewest;
}

PointVerdict judge_point(const Claim& claim, const Point& where, const Curves& curves,
                         const Curves& reference) {
  PointVerdict point;
  std::tie(point.optimizee, point.coordinates) = where;
  const Curve* curve = find(curves, claim.optimizer);
  point.reason = missing(curve, claim.optimizer, claim.step);
  if (curve != nullptr && !curve->seeds.empty() && claim.step <= curve->horizon) {
    point.measured = judged_summary(mean_claimed_losses(*curve, claim), claim);
    point.trainings = fewest_trainings(claim, curves);
  }
  for (const std::string& name : claim.against) {
    const Curve* other = find(curves, name);
    const std::string why = missing(other, name, claim.step);
    if (point.reason.empty()) point.reason = why;
    if (why.empty() && point.measured) point.comparisons.push_back(comparison(claim, *curve, *other));
  }
  if (!point.reason.empty()) return point;

  if (point.measured->n >= kFewestSeeds) {
    decide_point(claim, curves, reference, point);
  } else {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("fewer than {} problems", kFewestSeeds);
  }
  if (point.measured->diverged > 0)
    point.notes.push_back(
        fmt::format("it diverged on {} of {} problems", point.measured->diverged, point.measured->n));
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

/// What the points say together: for the claim all have to be, against it one is enough.
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

bool is_decided(Verdict verdict) {
  return verdict == Verdict::reproduced || verdict == Verdict::contradicted;
}

/// What a p-value may be; the 1e-9 for confidences that are no binary fractions.
double level_of(const Claim& claim) {
  return (1 - claim.confidence) * (1 + 1e-9);
}

std::string about_text(std::size_t trainings) {
  return trainings == 0   ? ""
         : trainings == 1 ? "of this φ"
                          : fmt::format("of the method, {} trainings", trainings);
}

/// How many problems would decide a claim among `claims` that is open; empty where nothing can be said.
std::string needed_problems(const ClaimVerdict& verdict, std::size_t claims) {
  const PointVerdict& point = verdict.decisive();
  if (verdict.verdict != Verdict::inconclusive || !point.measured) return "";
  const double level = (1 - verdict.claim.confidence) / static_cast<double>(claims);
  const Doubt doubt = doubt_of(verdict.claim, point.measured->mean);
  const std::size_t n = point.measured->n, fewest = fewest_values(level, doubt);
  if (n < fewest) {
    const bool mean = doubt == Doubt::unseen;
    return fmt::format("; n too small: {} problems cannot decide {}at {:g} % {}, {} could{}", n,
                       mean ? "about a mean, whose tail they may not have shown, " : "",
                       100 * verdict.claim.confidence,
                       claims == 1 ? "" : fmt::format("as one of {} claims", claims), fewest,
                       mean ? " (fewer about `statistic: median`)" : "");
  }
  if (verdict.p_value > 0.5) return "";
  if (point.trainings > 1) return "; more trainings or problems would be needed";
  const double wanted = normal_quantile(level / 2), has = normal_quantile(verdict.p_value / 2);
  const double needed = std::ceil(static_cast<double>(n) * wanted * wanted / (has * has));
  return needed > 1e6 ? ""
                      : fmt::format("; about {:.0f} problems would decide an effect of this size", needed);
}

/// What a reader has to know beside the reason; of many notes the first two.
std::string remarks(const ClaimVerdict& verdict, std::size_t claims) {
  constexpr std::size_t kMost = 2;
  std::string text = needed_problems(verdict, claims);
  const std::vector<std::string>& notes = verdict.decisive().notes;
  for (std::size_t i = 0; i < std::min(kMost, notes.size()); ++i) text += "; " + notes[i];
  if (notes.size() > kMost) text += fmt::format("; and {} notes like these", notes.size() - kMost);
  return text;
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
  if (is_decided(verdict.verdict) && verdict.p_value > level_of(claim)) {
    verdict.reason +=
        fmt::format("; but p = {:.2g} for its {} points together", verdict.p_value, points.size());
    verdict.verdict = Verdict::inconclusive;
  }
  verdict.p_holm = verdict.p_value;
  verdict.about = about_text(verdict.decisive().trainings);
  return verdict;
}

void correct_for_many(std::vector<ClaimVerdict>& verdicts) {
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
    if (is_decided(verdict.verdict) && verdict.p_holm > level_of(verdict.claim)) {
      verdict.reason = fmt::format(
          "by itself {}: {}; not enough for one of {} claims (p = {:.2g}, corrected {:.2g})",
          to_string(verdict.verdict), verdict.reason, ran.size(), verdict.p_value, verdict.p_holm);
      verdict.verdict = Verdict::inconclusive;
    }
    verdict.reason += remarks(verdict, ran.size());
  }
}

std::vector<ClaimVerdict> judge(const ReportInput& input) {
  std::vector<ClaimVerdict> verdicts;
  for (const Claim& claim : input.claims) verdicts.push_back(judge(claim, input.experiments));
  correct_for_many(verdicts);
  return verdicts;
}

}  // namespace l2l::reports
