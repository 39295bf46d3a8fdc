// Tests and estimates for paired measurements whose differences have heavy tails, infinities included.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

/// One-sided p of "the differences are above zero": Wilcoxon's signed-rank test. Its level needs nothing but
/// that a difference is as likely as its negative; infinities are the largest ranks, zeros are left out, ties
/// share their rank. Exact (the sign-flip distribution of these ranks) up to kExactPairs differences, beyond
/// that a normal approximation with continuity correction. 1 where nothing differs. @pre no NaN
double signed_rank_p(std::span<const double> differences);
inline constexpr std::size_t kExactPairs = 50;

/// The smallest p that `pairs` differences can give.
double smallest_signed_rank_p(std::size_t pairs);

/// One-sided exact McNemar test of paired events: P(at least `worse` heads of worse + better fair coins), 1
/// of none.
double mcnemar_p(std::size_t worse, std::size_t better);

/// Benjamini-Hochberg: adjusted p (q) of each, in the order given. Rejecting q <= a keeps the expected share
/// of false ones among the rejected below a, and where nothing is true, the probability of any below a.
std::vector<double> benjamini_hochberg(std::span<const double> p_values);

/// An estimate with its 95 % percentile bootstrap interval: NaN below two values, and where none was asked
/// for.
struct Estimate {
  double value = 0;
  Interval interval;
};

/// The mean of values clipped to [-limit, limit]: one value, even an infinite one, moves it by at most
/// limit / n. NaN of none.
Estimate clipped_mean(std::span<const double> values, double limit, bool interval = true);

/// ln(candidate / baseline) of non-negative numbers, each raised to `floor` where it is below; 0 where they
/// are equal, infinities too.
double log_ratio(double candidate, double baseline, double floor);

}  // namespace l2l::reports
