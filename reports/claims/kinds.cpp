#include "reports/claims/kinds.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/p_values.hpp"

namespace l2l::reports {
namespace {

bool apart(const Interval& below, const Interval& above) {
  return below.high < above.low;
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

std::string list(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Gathers what several others say: for the claim all have to be, against it one is enough.
class Tally {
 public:
  void add(const std::string& label, bool supports, bool opposes, PValues p) {
    if (opposes) against.push_back(label);
    if (!supports) undecided.push_back(label);
    reproduced_ = std::max(reproduced_, p.reproduced);
    contradicted_ = std::min(contradicted_, p.contradicted);
    ++count_;
  }
  Verdict verdict() const {
    if (!against.empty()) return Verdict::contradicted;
    return undecided.empty() ? Verdict::reproduced : Verdict::inconclusive;
  }
  PValues p() const { return {reproduced_, std::min(1.0, static_cast<double>(count_) * contradicted_)}; }

  std::vector<std::string> against, undecided;

 private:
  double reproduced_ = 0, contradicted_ = 1;
  std::size_t count_ = 0;
};

/// On which side of `factor` times the loss of the other one a loss lies, and the p-values of both.
struct Side {
  bool below = false, above = false;
  double p_below = 1, p_above = 1;
};

/// By the paired difference, since both met the same problems; where there are no pairs, or one diverged, by
/// intervals apart.
Side side_of(const Claim& claim, const Curve& own, const Curve& other, double factor) {
  const std::vector<double> values = differences(pairs_of(own, other, claim), factor);
  if (values.size() >= kFewestSeeds) {
    const Interval interval = summarize(values, claim.confidence).interval;
    const bool below = interval.high < 0;
    const bool above = interval.low > 0;
    return {below, above, p_mean_below(values, 0), p_mean_above(values, 0)};
  }
  const std::vector<double> a = claimed_losses(own, claim), b = scaled(claimed_losses(other, claim), factor);
  const Interval mine = summarize(a, claim.confidence).interval,
                 limit = summarize(b, claim.confidence).interval;
  return {apart(mine, limit), apart(limit, mine), p_apart(a, b), p_apart(b, a)};
}

/// below, fails, and each point of most_points
void compare(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const bool fails = claim.kind == "fails";
  const double factor = fails ? 1 + claim.minimum_effect : 1 - claim.minimum_effect;
  const Curve& own = *find(curves, claim.optimizer);
  Tally tally;
  for (const Comparison& other : point.comparisons) {
    const Side side = side_of(claim, own, *find(curves, other.optimizer), factor);
    if (fails)
      tally.add(other.label, side.above, side.below, {side.p_above, side.p_below});
    else
      tally.add(other.label, side.below, side.above, {side.p_below, side.p_above});
  }
  point.verdict = tally.verdict();
  point.p = tally.p();
  const std::string by =
      claim.minimum_effect == 0 ? "" : fmt::format(" by {:g} % or more", 100 * claim.minimum_effect);
  const char *claimed = fails ? "above" : "below", *opposite = fails ? "below" : "above";
  if (point.verdict == Verdict::contradicted && !by.empty()) {
    point.reason = fmt::format("it is not {} {}{}", claimed, list(tally.against), by);
  } else if (point.verdict == Verdict::contradicted) {
    point.reason = fmt::format("it is {} {}", opposite, list(tally.against));
  } else if (point.verdict == Verdict::inconclusive) {
    point.reason = fmt::format("not told apart from {}{}", list(tally.undecided), by);
  } else {
    point.reason =
        fmt::format("it is {} {}{}", claimed,
                    point.comparisons.size() == 1 ? point.comparisons.front().label : "every other", by);
  }
}

void compare_with_margin(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const Curve& own = *find(curves, claim.optimizer);
  const bool diverged = point.measured->diverged > 0;
  Tally tally;
  for (const Comparison& other : point.comparisons) {
    const double allowed = claim.margin * other.summary.mean;
    const bool enough = other.difference.n >= kFewestSeeds;
    PValues p{1, diverged ? 0.0 : 1.0};
    if (other.difference.n > 0) {
      const std::vector<double> values = differences(pairs_of(own, *find(curves, other.optimizer), claim));
      p = {p_mean_below(values, allowed), p_mean_above(values, allowed)};
    }
    tally.add(other.label, !diverged && enough && other.difference.interval.high <= allowed,
              diverged || other.difference.interval.low > allowed, p);
  }
  point.verdict = tally.verdict();
  point.p = tally.p();
  const auto reason = [&](const char* relation, const std::string& whose) {
    return fmt::format("the paired difference is {} {:g} % of {}", relation, 100 * claim.margin, whose);
  };
  point.reason = point.verdict == Verdict::contradicted ? reason("entirely above", list(tally.against))
                 : point.verdict == Verdict::inconclusive
                     ? reason("not told apart from", list(tally.undecided))
                     : reason("entirely below", "the other's loss");
}

void compare_ratio(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const Curve& own = *find(curves, claim.optimizer);
  const bool diverged = point.measured->diverged > 0;
  Tally tally;
  for (const Comparison& other : point.comparisons) {
    const std::vector<double> values =
        differences(pairs_of(own, *find(curves, other.optimizer), claim), claim.ratio);
    if (values.size() < kFewestSeeds) {
      tally.add(other.label, false, diverged, {1, diverged ? 0.0 : 1.0});
      continue;
    }
    const Summary difference = summarize(values, claim.confidence);
    tally.add(other.label, difference.interval.high <= 0, difference.interval.low > 0,
              {p_mean_below(values, 0), p_mean_above(values, 0)});
  }
  point.verdict = tally.verdict();
  point.p = tally.p();
  const char* relation = point.verdict == Verdict::contradicted   ? "entirely above"
                         : point.verdict == Verdict::inconclusive ? "not told apart from"
                                                                  : "entirely below";
  const auto& whose = point.verdict == Verdict::contradicted ? tally.against : tally.undecided;
  point.reason = fmt::format("its loss is {} {:g} times that of {}", relation, claim.ratio,
                             point.verdict == Verdict::reproduced ? "every other" : list(whose));
}

void compare_with_threshold(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const bool at_most = claim.kind == "at_most";
  const Interval& interval = point.measured->interval;
  const std::vector<double> own = claimed_losses(*find(curves, claim.optimizer), claim);
  const double p_below = p_mean_below(own, claim.threshold), p_above = p_mean_above(own, claim.threshold);
  point.p = at_most ? PValues{p_below, p_above} : PValues{p_above, p_below};
  point.effect = Effect{"loss - threshold",
                        point.measured->mean - claim.threshold,
                        {interval.low - claim.threshold, interval.high - claim.threshold}};
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

void compare_with_paper(const Claim& claim, const Curves& curves, PointVerdict& point) {
  L2L_CHECK(claim.paper_value.has_value(), "id={}", claim.id);
  const double value = *claim.paper_value, air = claim.margin * std::abs(value);
  const Interval& interval = point.measured->interval;
  const std::vector<double> own = claimed_losses(*find(curves, claim.optimizer), claim);
  point.p = {std::max(p_mean_above(own, value - air), p_mean_below(own, value + air)),
             std::min(1.0, 2 * std::min(p_mean_below(own, value - air), p_mean_above(own, value + air)))};
  point.effect = Effect{
      "loss / the published", point.measured->mean / value, {interval.low / value, interval.high / value}};
  const std::string range = fmt::format("{:g} % of the published {:g}", 100 * claim.margin, value);
  if (interval.low >= value - air && interval.high <= value + air) {
    point.verdict = Verdict::reproduced;
    point.reason = fmt::format("its interval is within {}", range);
  } else if (interval.low > value + air || interval.high < value - air) {
    point.verdict = Verdict::contradicted;
    point.reason = fmt::format("its interval is entirely {} what is within {}",
                               interval.low > value + air ? "above" : "below", range);
  } else {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("its interval reaches across the edge of what is within {}", range);
  }
}

void compare_with_start(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const Curve& curve = *find(curves, claim.optimizer);
  const std::string share = claim.from_step == 0
                                ? fmt::format("{:g} times where it started", claim.share)
                                : fmt::format("{:g} times its loss at step {}", claim.share, claim.from_step);
  if (point.measured->diverged > 0) {
    point.verdict = Verdict::reproduced;
    point.p = {0, 1};
    point.reason = "it diverges";
    return;
  }
  Claim first = claim;
  first.step = claim.from_step;
  first.first_step.reset();
  const std::vector<double> end = claimed_losses(curve, claim), start = claimed_losses(curve, first);
  const std::vector<double> values = differences({end, start, true}, claim.share);
  const Interval interval = summarize(values, claim.confidence).interval;
  point.p = {p_mean_above(values, 0), p_mean_below(values, 0)};
  point.effect = ratio_of_means(
      claim.from_step == 0 ? "loss / initial loss" : fmt::format("loss / that at step {}", claim.from_step),
      end, start, claim.confidence);
  point.verdict = interval.low >= 0   ? Verdict::reproduced
                  : interval.high < 0 ? Verdict::contradicted
                                      : Verdict::inconclusive;
  point.reason = point.verdict == Verdict::reproduced     ? "its loss ends above " + share
                 : point.verdict == Verdict::contradicted ? "its loss ends below " + share
                                                          : "its loss is not told apart from " + share;
}

/// A bound of Clopper and Pearson's interval of a share, of k successes in n: the share at which k or more
/// (`low`), or k or fewer, have the probability `tail`.
double share_bound(std::size_t k, std::size_t n, double tail, bool low) {
  if (low ? k == 0 : k == n) return low ? 0 : 1;
  double bottom = 0, top = 1;
  for (int i = 0; i < 60; ++i) {
    const double share = 0.5 * (bottom + top);
    const double p = low ? binomial_at_least(k, n, share) : binomial_at_least(n - k, n, 1 - share);
    ((p < tail) == low ? bottom : top) = share;
  }
  return 0.5 * (bottom + top);
}

void count_seeds(const Claim& claim, const Curves& curves, PointVerdict& point) {
  const Curve& own = *find(curves, claim.optimizer);
  const std::vector<double> losses = claimed_losses(own, claim);
  std::vector<std::size_t> met(losses.size(), 0);  // by how many of the others, of each seed
  std::vector<bool> lowest;
  for (const double loss : losses) lowest.push_back(std::isfinite(loss));
  for (const Comparison& comparison : point.comparisons) {
    const Curve& other = *find(curves, comparison.optimizer);
    const std::vector<double> values = claimed_losses(other, claim);
    const CommonSeeds common = seeds_in_common(own.seeds, other.seeds);
    for (std::size_t i = 0; i < common.size(); ++i) {
      const std::size_t seed = common.first[i];
      ++met[seed];
      if (!(losses[seed] < (1 - claim.minimum_effect) * values[common.second[i]])) lowest[seed] = false;
    }
  }
  std::size_t n = 0, k = 0;
  for (std::size_t seed = 0; seed < losses.size(); ++seed) {
    if (met[seed] < point.comparisons.size()) continue;
    ++n;
    k += lowest[seed] ? 1 : 0;
  }
  if (n < kFewestSeeds) {
    point.verdict = Verdict::inconclusive;
    point.reason = fmt::format("only {} seeds in common", n);
    return;
  }
  const double tail = (1 - claim.confidence) / 2, count = static_cast<double>(n);
  const Interval interval{share_bound(k, n, tail, true), share_bound(k, n, tail, false)};
  point.effect = Effect{"share of seeds", static_cast<double>(k) / count, interval};
  point.p = {std::min(1.0, 2 * binomial_at_least(k, n, claim.share)),
             std::min(1.0, 2 * binomial_at_least(n - k, n, 1 - claim.share))};
  point.verdict = interval.low > claim.share    ? Verdict::reproduced
                  : interval.high < claim.share ? Verdict::contradicted
                                                : Verdict::inconclusive;
  const char* relation = point.verdict == Verdict::reproduced     ? "more"
                         : point.verdict == Verdict::contradicted ? "fewer"
                                                                  : "not told apart from";
  point.reason = fmt::format("it is the lowest on {} of {} seeds: {}{} {:g} %", k, n, relation,
                             point.verdict == Verdict::inconclusive ? "" : " than", 100 * claim.share);
}

struct Advantage {
  std::vector<double> values;  ///< ln(loss of the hardest of the others / own loss) of every seed
  Summary summary;             ///< n = 0 where it cannot be told
};

Advantage advantage(const Claim& claim, const Curves& curves) {
  const Curve* own = find(curves, claim.optimizer);
  Advantage smallest;
  for (const std::string& name : claim.against) {
    const Curve* other = find(curves, name);
    for (const Curve* curve : {own, other})
      if (!missing(curve, name, claim.step).empty()) return {{}, summarize({}, claim.confidence)};
    const Pairs pairs = pairs_of(*other, *own, claim);
    Advantage ratio;
    for (std::size_t i = 0; i < pairs.own.size() && pairs.finite; ++i)
      ratio.values.push_back(std::log(pairs.own[i] / pairs.other[i]));
    ratio.summary = summarize(ratio.values, claim.confidence);
    if (ratio.summary.n == 0) return ratio;
    if (smallest.values.empty() || ratio.summary.mean < smallest.summary.mean) smallest = std::move(ratio);
  }
  return smallest;
}

void compare_advantages(const Claim& claim, const Curves& curves, const Curves& reference,
                        PointVerdict& point) {
  const Advantage here = advantage(claim, curves);
  Advantage there = advantage(claim, reference);
  if (here.summary.n < kFewestSeeds || there.summary.n < kFewestSeeds) {
    point.verdict = reference.empty() ? Verdict::not_run : Verdict::inconclusive;
    point.reason = fmt::format("its advantage cannot be told on {}: too few seeds, or a divergence",
                               here.summary.n < kFewestSeeds ? point.optimizee : claim.than);
    return;
  }
  const auto factor = [](const Summary& ratio) {
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", std::exp(ratio.mean), std::exp(ratio.interval.low),
                       std::exp(ratio.interval.high));
  };
  point.reason = fmt::format("the hardest other one has {} times its loss here, {} times on {}",
                             factor(here.summary), factor(there.summary), claim.than);
  const Interval &low = there.summary.interval, &high = here.summary.interval;
  point.effect = Effect{"advantage here / there",
                        std::exp(here.summary.mean - there.summary.mean),
                        {std::exp(high.low - low.high), std::exp(high.high - low.low)}};
  const double more = std::log1p(claim.minimum_effect);
  const Interval raised{low.low + more, low.high + more};
  for (double& value : there.values) value += more;
  point.p = {p_apart(there.values, here.values), p_apart(here.values, there.values)};
  point.verdict = apart(raised, high)   ? Verdict::reproduced
                  : apart(high, raised) ? Verdict::contradicted
                                        : Verdict::inconclusive;
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
  if (claim.kind == "below" || claim.kind == "fails" || claim.kind == "most_points") {
    compare(claim, curves, point);
  } else if (claim.kind == "close") {
    compare_with_margin(claim, curves, point);
  } else if (claim.kind == "ratio") {
    compare_ratio(claim, curves, point);
  } else if (claim.kind == "advantage") {
    compare_advantages(claim, curves, reference, point);
  } else if (claim.kind == "within") {
    compare_with_paper(claim, curves, point);
  } else if (claim.kind == "no_convergence") {
    compare_with_start(claim, curves, point);
  } else if (claim.kind == "most_seeds") {
    count_seeds(claim, curves, point);
  } else {
    L2L_CHECK(claim.kind == "at_most" || claim.kind == "at_least", "kind={}", claim.kind);
    compare_with_threshold(claim, curves, point);
  }
}

}  // namespace l2l::reports
