#include "reports/statistics/p_values.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.hpp"

namespace l2l::reports {
namespace {

constexpr double kNegligible = 1e-9;  // of p-values: no correction makes one of these matter

/// ln k!. std::lgamma writes a global sign: a race between threads.
double log_factorial(std::size_t k) {
  int sign = 0;
  return ::lgamma_r(static_cast<double>(k) + 1, &sign);
}

/// The bootstrap distribution of the mean of fixed values.
class ResampledMean {
 public:
  explicit ResampledMean(std::span<const double> values) {
    L2L_CHECK(!values.empty(), "values={}", values.size());
    const double count = static_cast<double>(values.size());
    mean_ = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values) squares += (value - mean_) * (value - mean_);
    scale_ = std::sqrt(squares / count);
    if (!(scale_ > 1e-14 * std::abs(mean_))) {  // equal but for rounding
      scale_ = 0;
      mean_ = values.front();
    } else {
      for (const double value : values) scaled_.push_back((value - mean_) / scale_);
    }
  }
  double mean() const { return mean_; }

  double at_least(double c) const { return scale_ > 0 ? tail((c - mean_) / scale_, 1) : mean_ >= c; }
  double at_most(double c) const { return scale_ > 0 ? tail((mean_ - c) / scale_, -1) : mean_ <= c; }

 private:
  struct Cumulants {
    double k, k1, k2;
  };
  /// The cumulant generating function of one draw from sign * scaled values, and two derivatives.
  Cumulants cumulants(double s, double sign) const {
    double top = -INFINITY;
    for (const double z : scaled_) top = std::max(top, s * sign * z);
    double sum = 0, first = 0, second = 0;
    for (const double z : scaled_) {
      const double weight = std::exp(s * sign * z - top);
      sum += weight;
      first += weight * sign * z;
      second += weight * z * z;
    }
    const double k1 = first / sum;
    return {top + std::log(sum / static_cast<double>(scaled_.size())), k1, second / sum - k1 * k1};
  }

  /// P(mean of n draws >= c), of sign * scaled values.
  double tail(double c, double sign) const {
    double largest = -INFINITY;
    for (const double z : scaled_) largest = std::max(largest, sign * z);
    const double n = static_cast<double>(scaled_.size());
    if (c > largest) return 0;
    if (c >= largest * (1 - 1e-12)) {  // only resamples of the largest value alone
      const auto count = std::count_if(scaled_.begin(), scaled_.end(),
                                       [&](double z) { return sign * z >= largest * (1 - 1e-12); });
      return std::pow(static_cast<double>(count) / n, n);
    }
    if (c < 0) return 1 - tail(-c, -sign);
    const double s = saddlepoint(c, sign);
    const Cumulants at = cumulants(s, sign);
    const double w = std::sqrt(std::max(0.0, 2 * n * (s * c - at.k)));
    const double u = s * std::sqrt(n * at.k2);
    if (w < 1e-4) return 0.5;  // at the mean the formula is 0/0
    const double density = std::exp(-0.5 * w * w) / std::sqrt(2 * std::numbers::pi);
    const double p = 0.5 * std::erfc(w / std::numbers::sqrt2) + density * (1 / u - 1 / w);
    return std::clamp(p, 0.0, 1.0);
  }

  /// s with K'(s) = c, for 0 <= c < largest value: K' grows from 0 towards the largest.
  double saddlepoint(double c, double sign) const {
    double low = 0, high = 1;
    while (cumulants(high, sign).k1 < c && high < 1e9) high *= 2;
    double s = std::min(c, high);
    for (int i = 0; i < 60; ++i) {
      const Cumulants at = cumulants(s, sign);
      (at.k1 < c ? low : high) = s;
      double next = s + (c - at.k1) / at.k2;
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      if (std::abs(next - s) <= 1e-12 * (1 + s)) break;
      s = next;
    }
    return s;
  }

  double mean_ = 0, scale_ = 0;
  std::vector<double> scaled_;  ///< mean 0, deviation 1
};

double two_sided(double tail, std::size_t n) {
  return std::clamp(2 * tail, std::min(1.0, smallest_p_value(n)), 1.0);
}

bool any_infinite(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
}

}  // namespace

double resampled_mean_at_least(std::span<const double> values, double c) {
  return ResampledMean(values).at_least(c);
}

double resampled_mean_at_most(std::span<const double> values, double c) {
  return ResampledMean(values).at_most(c);
}

double smallest_p_value(std::size_t n) {
  return std::exp2(1 - static_cast<double>(n));
}

double p_mean_below(std::span<const double> values, double c) {
  if (values.empty() || any_infinite(values)) return 1;
  return two_sided(resampled_mean_at_least(values, c), values.size());
}

double p_mean_above(std::span<const double> values, double c) {
  if (values.empty()) return 1;
  if (any_infinite(values)) return 0;  // seen to diverge: its mean is infinite without a doubt
  return two_sided(resampled_mean_at_most(values, c), values.size());
}

double p_apart(std::span<const double> below, std::span<const double> above) {
  if (below.empty() || above.empty() || any_infinite(below)) return 1;
  if (any_infinite(above)) return two_sided(0, below.size());
  const std::size_t n = std::min(below.size(), above.size());
  const ResampledMean a(below), b(above);
  if (a.mean() >= b.mean()) return 1;
  double low = a.mean(), high = b.mean(), p = 1;
  for (int i = 0; i < 40; ++i) {  // the point where the tails of both are equal
    const double middle = 0.5 * (low + high);
    const double tail_a = a.at_least(middle), tail_b = b.at_most(middle);
    p = std::max(tail_a, tail_b);
    if (p < kNegligible) break;
    (tail_a > tail_b ? low : high) = middle;
  }
  return two_sided(p, n);
}

double binomial_at_least(std::size_t k, std::size_t n, double share) {
  if (k == 0) return 1;
  if (share <= 0) return 0;
  if (share >= 1) return k <= n;
  const double orders = log_factorial(n), win = std::log(share), loss = std::log1p(-share);
  double sum = 0;
  for (std::size_t i = k; i <= n; ++i)
    sum += std::exp(orders - log_factorial(i) - log_factorial(n - i) + static_cast<double>(i) * win +
                    static_cast<double>(n - i) * loss);
  return std::min(sum, 1.0);
}

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
