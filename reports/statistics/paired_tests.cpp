#include "reports/statistics/paired_tests.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "reports/statistics/distributions.hpp"

namespace l2l::reports {
namespace {

/// Twice the mid-rank of each magnitude: whole numbers, so that sums of them can be counted.
std::vector<std::size_t> doubled_ranks(const std::vector<double>& magnitudes) {
  std::vector<std::size_t> order(magnitudes.size()), ranks(magnitudes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return magnitudes[a] < magnitudes[b]; });
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && magnitudes[order[last + 1]] == magnitudes[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) ranks[order[i]] = first + last + 2;
    first = last + 1;
  }
  return ranks;
}

/// P(sum of the ranks with a plus sign >= observed), all sign patterns alike.
double exact_tail(const std::vector<std::size_t>& ranks, std::size_t observed) {
  const std::size_t total = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
  std::vector<double> probability(total + 1, 0.0);
  probability[0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : ranks) {
    reached += rank;
    for (std::size_t sum = reached + 1; sum-- > 0;) {
      const double with = sum >= rank ? probability[sum - rank] : 0.0;
      probability[sum] = 0.5 * (probability[sum] + with);
    }
  }
  // From the rare end, so that small terms are not lost in large ones.
  double tail = 0;
  for (std::size_t sum = total + 1; sum-- > observed;) tail += probability[sum];
  return std::min(1.0, tail);
}

double normal_tail(const std::vector<std::size_t>& ranks, std::size_t observed) {
  double mean = 0, variance = 0;
  for (const std::size_t rank : ranks) {
    const auto value = static_cast<double>(rank);
    mean += value / 2;
    variance += value * value / 4;
  }
  const double z =
      (static_cast<double>(observed) - 1 - mean) / std::sqrt(variance);  // 1: half a rank, doubled
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

}  // namespace

double signed_rank_p(std::span<const double> differences) {
  std::vector<double> magnitudes;
  std::vector<bool> positive;
  for (const double difference : differences) {
    L2L_CHECK(!std::isnan(difference), "a difference is NaN");
    if (difference == 0) continue;
    magnitudes.push_back(std::abs(difference));
    positive.push_back(difference > 0);
  }
  if (magnitudes.empty()) return 1;
  const std::vector<std::size_t> ranks = doubled_ranks(magnitudes);
  std::size_t observed = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) observed += positive[i] ? ranks[i] : 0;
  return ranks.size() <= kExactPairs ? exact_tail(ranks, observed) : normal_tail(ranks, observed);
}

double smallest_signed_rank_p(std::size_t pairs) {
  return std::ldexp(1.0, -static_cast<int>(std::min<std::size_t>(pairs, 1000)));
}

double mcnemar_p(std::size_t worse, std::size_t better) {
  return binomial_at_least(worse, worse + better, 0.5);
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    const double scaled = p_values[order[i]] * static_cast<double>(order.size()) / static_cast<double>(i + 1);
    smallest = std::min(smallest, scaled);
    adjusted[order[i]] = smallest;
  }
  return adjusted;
}

Estimate clipped_mean(std::span<const double> values, double limit, bool interval) {
  std::vector<double> clipped(values.begin(), values.end());
  for (double& value : clipped) value = std::clamp(value, -limit, limit);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double mean =
      std::accumulate(clipped.begin(), clipped.end(), 0.0) / static_cast<double>(clipped.size());
  if (!interval) return {mean, {nan, nan}};
  return {mean, bootstrap_interval(clipped, kReportConfidence)};
}

double log_ratio(double candidate, double baseline, double floor) {
  if (candidate == baseline) return 0;
  return std::log(std::max(candidate, floor) / std::max(baseline, floor));
}

}  // namespace l2l::reports
