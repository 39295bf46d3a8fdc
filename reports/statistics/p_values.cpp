#include "reports/statistics/p_values.hpp"

#include <algorithm>
#include <numeric>

#include "core/error.hpp"

namespace l2l::reports {

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  const std::size_t m = p_values.size();
  std::vector<std::size_t> order(m);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(m);
  double largest = 0;
  for (std::size_t i = 0; i < m; ++i) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(m - i) * p_values[order[i]]));
    adjusted[order[i]] = largest;
  }
  return adjusted;
}

double p_more_than(std::span<const double> p_values, std::size_t k) {
  L2L_CHECK(k < p_values.size(), "k={} n={}", k, p_values.size());
  std::vector<double> sorted(p_values.begin(), p_values.end());
  std::sort(sorted.begin(), sorted.end());
  return std::min(1.0, static_cast<double>(sorted.size() - k) * sorted[k]);
}

}  // namespace l2l::reports
