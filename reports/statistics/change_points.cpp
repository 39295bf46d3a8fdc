#include "reports/statistics/change_points.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "reports/statistics/limits.hpp"
#include "reports/statistics/summary.hpp"

namespace l2l::reports {
namespace {

/// Mean absolute deviation of the noise, from the differences of neighbours: a change of level moves few of
/// them.
double noise_scale(const std::vector<double>& values) {
  std::vector<double> differences;
  for (std::size_t i = 1; i < values.size(); ++i) differences.push_back(std::abs(values[i] - values[i - 1]));
  // Of Gaussian noise of deviation s: median |difference| = 0.954 s, mean |x| = 0.798 s.
  return median(std::move(differences)) * 0.798 / 0.954;
}

/// Whether kShortestSegment values of [first, last) are nearer to their own median than to the other level.
bool lasts(const std::vector<double>& values, std::size_t first, std::size_t last, double own, double other) {
  std::size_t near = 0;
  for (std::size_t i = first; i < last; ++i) near += std::abs(values[i] - own) < std::abs(values[i] - other);
  return near >= kShortestSegment;
}

/// Two spikes and a neighbour have the median of the spikes: such segments join the one before.
std::vector<std::size_t> without_short_ones(const std::vector<double>& values,
                                            std::vector<std::size_t> changes) {
  const auto level = [&](std::size_t first, std::size_t last) {
    return median({values.begin() + static_cast<std::ptrdiff_t>(first),
                   values.begin() + static_cast<std::ptrdiff_t>(last)});
  };
  for (std::size_t i = 0; i < changes.size();) {
    const std::size_t before = i == 0 ? 0 : changes[i - 1],
                      after = i + 1 < changes.size() ? changes[i + 1] : values.size();
    const double left = level(before, changes[i]), right = level(changes[i], after);
    if (lasts(values, before, changes[i], left, right) && lasts(values, changes[i], after, right, left)) {
      ++i;
    } else {
      changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(i));
      i = 0;
    }
  }
  return changes;
}

}  // namespace

std::vector<std::size_t> change_points(const std::vector<double>& values, double floor) {
  const std::size_t n = values.size();
  if (n < 2 * kShortestSegment) return {};
  for (const double value : values) L2L_CHECK(std::isfinite(value), "value={}", value);
  const double scale = std::max(noise_scale(values), floor);
  // A change has a place and a level. The factor was chosen by simulation
  // (tests/unit/reports/statistics/change_points_test.cpp).
  const double penalty = 4.0 * std::log(static_cast<double>(n));
  std::vector<double> best(n + 1, kInfinity);  // of the first j values
  std::vector<std::size_t> start(n + 1, 0);    // of their last segment
  best[0] = -penalty;
  for (std::size_t end = kShortestSegment; end <= n; ++end) {
    std::vector<double> sorted;
    for (std::size_t first = end; first-- > 0;) {
      sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), values[first]), values[first]);
      if (sorted.size() < kShortestSegment || best[first] == kInfinity) continue;
      const double middle = sorted[sorted.size() / 2];
      double cost = 0;
      for (const double value : sorted) cost += std::abs(value - middle);
      const double total = best[first] + cost / scale + penalty;
      if (total < best[end]) {
        best[end] = total;
        start[end] = first;
      }
    }
  }
  std::vector<std::size_t> changes;
  for (std::size_t end = n; end > 0; end = start[end])
    if (start[end] > 0) changes.push_back(start[end]);
  std::reverse(changes.begin(), changes.end());
  return without_short_ones(values, std::move(changes));
}

}  // namespace l2l::reports
