#include "reports/claims/kinds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/error.hpp"
#include "reports/claims/contrast.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {
namespace {

std::string list(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Gathers what several others say: for the claim all have to be, against it one is enough.
class Tally {
 public:
  explicit Tally(const Claim& claim) : alpha_(1 - claim.confidence) {}
  void add(const std::string& label, PValues p) {
    if (p.contradicted <= alpha_) against.push_back(label);
    if (p.reproduced > alpha_) undecided.push_back(label);
    reproduced_ = std::max(reproduced_, p.reproduced);
    contradicted_ = std::min(contradicted_, p.contradicted);
    ++count_;
  }
  PValues p() const { return {reproduced_, std::min(1.0, static_cast<double>(count_) * contradicted_)}; }

  std::vector<std::string> against, undecided;

 private:
  double alpha_, reproduced_ = 0, contradicted_ = 1;
  std::size_t count_ = 0;
};

Verdict verdict_of(const Claim& claim, PValues p) {
  const double alpha = 1 - claim.confidence;
  return p.contradicted <= alpha ? Verdict::contradicted
         : p.reproduced <= alpha ? Verdict::reproduced
                                 : Verdict::inconclusive;
}

void decide(const Claim& claim, PValues p, PointVerdict& point) {
  point.p = p;
  point.verdict = verdict_of(claim, p);
}

/// What `below`, `close`, ... ask for: the ratio to every other one on one side of `factor`.
struct Bound {
  double factor = 1;
  bool above = false;
  std::string words;  ///< "below that of {} by 5 % or more"
};

Bound bound_of(const Claim& claim) {
  const std::string by =
      claim.minimum_effect == 0 ? "" : fmt::format(" by {:g} % or more", 100 * claim.minimum_effect);
  if (claim.kind == "fails") return {1 + claim.minimum_effect, true, fmt::format("above that of {{}}{}", by)};
  if (claim.kind == "close")
    return {1 + claim.margin, false, fmt::format("at most {:g} % above that of {{}}", 100 * claim.margin)};
  if (claim.kind == "ratio")
    return {claim.ratio, false, fmt::format("at most {:g} times that of {{}}", claim.ratio)};
  return {1 - claim.minimum_effect, false, fmt::format("below that of {{}}{}", by)};
}

/// below, fails, close, ratio, and each point of most_points
void compare(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const Bound bound = bound_of(claim);
  const Curve& own = *find(curves, claim.optimizer);
  Tally tally(claim);
  std::vector<std::string> notes;
  for (const Comparison& other : point.comparisons) {
    const Curve& curve = *find(curves, other.optimizer);
    if (curve.no_rate_works) {
      tally.add(other.label, {});
      notes.push_back(fmt::format("no rate of {} works: every one that was tried diverged", other.label));
      continue;
    }
    if (curve.edge_of_grid)
      notes.push_back(fmt::format("the tuned rate of {} is at the edge of what was tried", other.label));
    if (other.difference.n < kFewestSeeds) {
      tally.add(other.label, {});
      notes.push_back(fmt::format("only {} problems in common with {}", other.difference.n, other.label));
      continue;
    }
    const Contrast contrast = contrast_of(claim, own, curve, bound.factor);
    const double below = contrast.p_below(), above = contrast.p_above();
    tally.add(other.label, bound.above ? PValues{above, below} : PValues{below, above});
    if (!contrast.note.empty()) notes.push_back(fmt::format("against {}: {}", other.label, contrast.note));
  }
  decide(claim, tally.p(), point);
  const auto say = [&](const std::string& whom) { return fmt::format(fmt::runtime(bound.words), whom); };
  const std::string every = point.comparisons.size() == 1 ? point.comparisons.front().label : "every other";
  point.reason =
      point.verdict == Verdict::contradicted
          ? fmt::format("its loss is not {}", say(tally.against.empty() ? every : list(tally.against)))
      : point.verdict == Verdict::inconclusive
          ? fmt::format("not told whether its loss is {}",
                        say(tally.undecided.empty() ? every : list(tally.undecided)))
          : fmt::format("its loss is {}", say(every));
  point.notes = std::move(notes);
}

Effect relative_to(Effect effect, const std::string& of, double number, bool ratio) {
  for (double* value : {&effect.value, &effect.interval.low, &effect.interval.high})
    *value = ratio ? *value / number : *value - number;
  effect.of = of;
  return effect;
}

void compare_with_threshold(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const bool at_most = claim.kind == "at_most";
  const Contrast contrast = contrast_with(claim, *find(curves, claim.optimizer), claim.threshold);
  const double below = contrast.p_below(), above = contrast.p_above();
  decide(claim, at_most ? PValues{below, above} : PValues{above, below}, point);
  const char* statistic = to_string(statistic_of(claim));
  point.effect =
      relative_to(contrast.effect, fmt::format("loss - threshold ({})", statistic), claim.threshold, false);
  if (!contrast.note.empty()) point.notes.push_back(contrast.note);
  const bool is_below = at_most == (point.verdict == Verdict::reproduced);
  point.reason =
      point.verdict == Verdict::inconclusive
          ? fmt::format("its {} is not told apart from {:g}", statistic, claim.threshold)
          : fmt::format("its {} is {} {:g}", statistic, is_below ? "below" : "above", claim.threshold);
}

void compare_with_paper(const Claim& claim, const Curves& curves, PointVerdict& point) {
  L2L_CHECK(claim.paper_value.has_value(), "id={}", claim.id);
  const double value = *claim.paper_value, air = claim.margin * std::abs(value);
  const Curve& own = *find(curves, claim.optimizer);
  const Contrast low = contrast_with(claim, own, value - air), high = contrast_with(claim, own, value + air);
  decide(
      claim,
      {std::max(low.p_above(), high.p_below()), std::min(1.0, 2 * std::min(low.p_below(), high.p_above()))},
      point);
  const char* statistic = to_string(statistic_of(claim));
  point.effect = relative_to(low.effect, fmt::format("loss / the published ({})", statistic), value, true);
  if (!low.note.empty()) point.notes.push_back(low.note);
  const std::string range = fmt::format("within {:g} % of the published {:g}", 100 * claim.margin, value);
  point.reason = point.verdict == Verdict::reproduced ? fmt::format("its {} is {}", statistic, range)
                 : point.verdict == Verdict::inconclusive
                     ? fmt::format("not told whether its {} is {}", statistic, range)
                     : fmt::format("its {} is {} what is {}", statistic,
                                   high.p_above() < low.p_below() ? "above" : "below", range);
}

void compare_with_start(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const std::string share = claim.from_step == 0
                                ? fmt::format("{:g} times where it started", claim.share)
                                : fmt::format("{:g} times its loss at step {}", claim.share, claim.from_step);
  const Contrast contrast = contrast_with_start(claim, *find(curves, claim.optimizer));
  decide(claim, {contrast.p_above(), contrast.p_below()}, point);
  point.effect = contrast.effect;
  if (!contrast.note.empty()) point.notes.push_back(contrast.note);
  point.reason = point.verdict == Verdict::reproduced     ? "its loss ends above " + share
                 : point.verdict == Verdict::contradicted ? "its loss ends below " + share
                                                          : "its loss is not told apart from " + share;
}

/// Where the own loss of a replica is the lowest of all (by the minimum effect), as shares.
struct Lowest {
  std::vector<double> of_replicas;  ///< share of problems
  double problems = 0;              ///< on how many it is, the mean over replicas
  std::size_t n = 0;                ///< problems that all met and where it does not tie for the lowest
  std::size_t ties = 0;
};

/// Those of `against` that were tuned and of which no rate works: against them nothing can be decided.
std::vector<std::string> without_a_rate(const Curves& curves, const PointVerdict& point) {
  std::vector<std::string> labels;
  for (const Comparison& other : point.comparisons)
    if (find(curves, other.optimizer)->no_rate_works) labels.push_back(other.label);
  return labels;
}

/// Of every problem that all met, whether the own loss of each replica is the lowest. Problems where the
/// lowest of the others is as low, or all have diverged, count for neither side.
Lowest lowest_of(const Claim& claim, const Curves& curves, const PointVerdict& point) {
  const Curve& own = *find(curves, claim.optimizer);
  const auto losses = claimed_losses(own, claim);
  std::vector<double> rival(own.seeds.size(), std::numeric_limits<double>::infinity());
  std::vector<std::size_t> met(own.seeds.size(), 0);
  for (const Comparison& comparison : point.comparisons) {
    const Curve& other = *find(curves, comparison.optimizer);
    const std::vector<double> values = mean_claimed_losses(other, claim);
    const CommonSeeds common = seeds_in_common(own.seeds, other.seeds);
    for (std::size_t i = 0; i < common.size(); ++i) {
      const std::size_t seed = common.first[i];
      ++met[seed];
      rival[seed] = std::min(rival[seed], values[common.second[i]]);
    }
  }
  Lowest lowest;
  lowest.of_replicas.assign(own.replicas(), 0.0);
  for (std::size_t seed = 0; seed < met.size(); ++seed) {
    if (met[seed] < point.comparisons.size()) continue;
    std::size_t ties = 0, wins = 0;
    for (std::size_t r = 0; r < own.replicas(); ++r) ties += losses(r, seed) == rival[seed] ? 1 : 0;
    if (ties > 0) {
      ++lowest.ties;
      continue;
    }
    ++lowest.n;
    for (std::size_t r = 0; r < own.replicas(); ++r) {
      if (!(losses(r, seed) < (1 - claim.minimum_effect) * rival[seed])) continue;
      ++wins;
      lowest.of_replicas[r] += 1;
    }
    lowest.problems += static_cast<double>(wins) / static_cast<double>(own.replicas());
  }
  for (double& share : lowest.of_replicas) share /= static_cast<double>(std::max<std::size_t>(lowest.n, 1));
  return lowest;
}

void count_seeds(const Claim& claim, const Curves& curves, PointVerdict& point) {
  if (const auto labels = without_a_rate(curves, point); !labels.empty()) {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("no rate of {} works", list(labels));
    return;
  }
  const Lowest lowest = lowest_of(claim, curves, point);
  if (lowest.ties > 0)
    point.notes.push_back(fmt::format("{} problems with equal losses count for neither side", lowest.ties));
  if (lowest.n < kFewestSeeds) {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("only {} problems in common on which losses differ", lowest.n);
    return;
  }
  std::vector<Term> terms;
  terms.push_back({estimate_share(lowest.problems, lowest.n)});
  if (lowest.of_replicas.size() > 1)
    terms.push_back({estimate_training_effect(lowest.of_replicas, /*normal=*/false)});
  const EstimatorPtr share = combine(std::move(terms));
  point.effect = Effect{"share of problems", share->value(), share->interval(1 - claim.confidence)};
  decide(claim, {share->p_above(claim.share), share->p_below(claim.share)}, point);
  const char* relation = point.verdict == Verdict::reproduced     ? "more than"
                         : point.verdict == Verdict::contradicted ? "fewer than"
                                                                  : "not told apart from";
  point.reason = fmt::format("it is the lowest on {:.4g} of {} problems: {} {:g} %", lowest.problems,
                             lowest.n, relation, 100 * claim.share);
}

/// The advantage over the hardest of the others; empty where it cannot be told.
Advantage smallest_advantage(const Claim& claim, const Curves& curves) {
  const Curve* own = find(curves, claim.optimizer);
  Advantage smallest;
  double least = std::numeric_limits<double>::infinity();
  for (const std::string& name : claim.against) {
    const Curve* other = find(curves, name);
    for (const Curve* curve : {own, other})
      if (!missing(curve, name, claim.step).empty()) return {};
    Advantage advantage = advantage_over(claim, *own, *other);
    if (advantage.problems.size() < kFewestSeeds) return {};
    const double mean = std::accumulate(advantage.problems.begin(), advantage.problems.end(), 0.0) /
                        static_cast<double>(advantage.problems.size());
    if (mean < least) {
      least = mean;
      smallest = std::move(advantage);
    }
  }
  return smallest;
}

void compare_advantages(const Claim& claim, const Curves& curves, const Curves& reference,
                        PointVerdict& point) {
  if (const auto labels = without_a_rate(curves, point); !labels.empty()) {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("no rate of {} works", list(labels));
    return;
  }
  const Advantage here = smallest_advantage(claim, curves), there = smallest_advantage(claim, reference);
  if (here.problems.empty() || there.problems.empty()) {
    point.verdict = reference.empty() ? Verdict::not_run : Verdict::inconclusive;
    point.reason = fmt::format("its advantage cannot be told on {}: too few problems, or a divergence",
                               here.problems.empty() ? point.optimizee : claim.than);
    return;
  }
  const double alpha = 1 - claim.confidence;
  const auto factor = [&](const Advantage& advantage) {
    const EstimatorPtr estimator = estimate_mean(advantage.problems, Doubt::signs);
    const Interval interval = estimator->interval(alpha);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", std::exp(estimator->value()), std::exp(interval.low),
                       std::exp(interval.high));
  };
  const EstimatorPtr difference = advantage_difference(here, there);
  const Interval interval = difference->interval(alpha);
  point.effect = Effect{"advantage here / there",
                        std::exp(difference->value()),
                        {std::exp(interval.low), std::exp(interval.high)}};
  const double more = std::log1p(claim.minimum_effect);
  decide(claim, {difference->p_above(more), difference->p_below(more)}, point);
  point.reason = fmt::format("the hardest other one has {} times its loss here, {} times on {}", factor(here),
                             factor(there), claim.than);
}

}  // namespace

const Comparison* hardest(const Claim& claim, const PointVerdict& point) {
  if (point.comparisons.empty()) return nullptr;
  const auto less = [](const Comparison& a, const Comparison& b) { return a.summary.mean < b.summary.mean; };
  const auto& all = point.comparisons;
  return &(claim.kind == "fails" ? *std::max_element(all.begin(), all.end(), less)
                                 : *std::min_element(all.begin(), all.end(), less));
}

void decide_point(const Claim& claim, const Curves& curves, const Curves& reference, PointVerdict& point) {
  if (const Comparison* other = hardest(claim, point)) point.effect = other->ratio;
  if (claim.kind == "advantage") {
    compare_advantages(claim, curves, reference, point);
  } else if (claim.kind == "within") {
    compare_with_paper(claim, curves, point);
  } else if (claim.kind == "no_convergence") {
    compare_with_start(claim, curves, point);
  } else if (claim.kind == "most_seeds") {
    count_seeds(claim, curves, point);
  } else if (claim.kind == "at_most" || claim.kind == "at_least") {
    compare_with_threshold(claim, curves, point);
  } else {
    compare(claim, curves, point);
  }
}

}  // namespace l2l::reports
