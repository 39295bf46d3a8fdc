#include "reports/statistics/summary.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "reports/statistics/limits.hpp"
#include "reports/statistics/resamples.hpp"

namespace l2l::reports {
namespace {}  // namespace

bool is_diverged(double loss) {
  return !std::isfinite(loss) || loss > kDivergedAbove;
}

double median(std::vector<double> values) {
  if (values.empty()) return kNaN;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*std::max_element(values.begin(), middle) + *middle);
}

CommonSeeds seeds_in_common(std::span<const std::uint64_t> first, std::span<const std::uint64_t> second) {
  std::map<std::uint64_t, std::size_t> places;
  for (std::size_t j = 0; j < second.size(); ++j) places[second[j]] = j;
  CommonSeeds common;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto found = places.find(first[i]);
    if (found == places.end()) continue;
    common.first.push_back(i);
    common.second.push_back(found->second);
  }
  return common;
}

std::vector<double> bootstrap_means(std::span<const double> values) {
  std::vector<double> means(kResamples, 0.0);
  if (values.empty()) return means;
  const Resamples resamples(values.size());
  parallel_for(kResamples, [&](std::size_t resample) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[resamples.row(resample, i)];
    means[resample] = sum / static_cast<double>(values.size());
  });
  return means;
}

Interval percentile_interval(std::vector<double>& values, double confidence) {
  L2L_CHECK(confidence > 0 && confidence < 1 && !values.empty(), "confidence={} values={}", confidence,
            values.size());
  const auto rank = static_cast<std::size_t>((1 - confidence) / 2 * static_cast<double>(values.size()));
  const auto ranked = [&](std::size_t r) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(r), values.end());
    return values[r];
  };
  const double low = ranked(rank);
  return {low, ranked(values.size() - 1 - rank)};
}

Interval bootstrap_interval(std::span<const double> values, double confidence) {
  if (values.size() < 2) return {kNaN, kNaN};
  std::vector<double> means = bootstrap_means(values);
  return percentile_interval(means, confidence);
}

Summary summarize(std::span<const double> values, double confidence) {
  std::vector<double> settled(values.begin(), values.end());
  for (double& value : settled) value = is_diverged(value) ? kInfinity : value;
  return summary_of(settled, bootstrap_interval(settled, confidence));
}

Summary summary_of(const std::vector<double>& values, const Interval& interval) {
  Summary summary;
  summary.n = values.size();
  summary.diverged = static_cast<std::size_t>(std::count(values.begin(), values.end(), kInfinity));
  summary.median = median(values);
  summary.standard_error = kNaN;
  summary.interval = summary.diverged > 0 ? Interval{kInfinity, kInfinity} : interval;
  if (values.empty()) {
    summary.mean = kNaN;
    return summary;
  }
  if (summary.diverged > 0) {
    summary.mean = kInfinity;
    return summary;
  }
  const double count = static_cast<double>(values.size());
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  if (values.size() < 2) return summary;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.standard_error = std::sqrt(squares / (count - 1) / count);
  return summary;
}

}  // namespace l2l::reports
