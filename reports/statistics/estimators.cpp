#include "reports/statistics/estimators.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "reports/statistics/distributions.hpp"
#include "reports/statistics/limits.hpp"

namespace l2l::reports {
namespace {

constexpr double kRareProblems = 0.01;  ///< of a kind that some problems may be of without being seen
constexpr double kNegligible = 1e-12;   ///< of p-values: no correction makes one of these matter
const Interval kAnything{-kInfinity, kInfinity};

struct Moments {
  double mean = 0;
  double deviation = 0;  ///< of a sample, n - 1
  double skewness = 0;
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  const auto n = static_cast<double>(values.size());
  moments.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (!std::isfinite(moments.mean)) return moments;  // seen to diverge: so is the mean of the law
  double squares = 0, cubes = 0;
  for (const double value : values) {
    const double d = value - moments.mean;
    squares += d * d;
    cubes += d * d * d;
  }
  moments.deviation = std::sqrt(squares / (n - 1));
  if (moments.deviation <= 1e-14 * std::abs(moments.mean)) moments.deviation = 0;  // equal but for rounding
  if (moments.deviation > 0) moments.skewness = cubes / n / std::pow(squares / n, 1.5);
  return moments;
}

class Mean : public Estimator {
 public:
  Mean(const std::vector<double>& values, Doubt doubt)
      : n_(static_cast<double>(values.size())),
        least_below_(smallest_p_value(values.size(), doubt)),
        least_above_(smallest_p_value(values.size(), doubt == Doubt::unseen ? doubt : Doubt::signs)),
        moments_(moments_of(values)) {}

  double value() const override { return moments_.mean; }

  Interval interval(double alpha) const override {
    if (std::isinf(moments_.mean)) return {moments_.mean, moments_.mean};
    if (n_ < 2 || std::isnan(moments_.mean)) return kAnything;
    const double x = student_quantile(alpha / 2, n_ - 1) / std::sqrt(n_);
    const double low = moments_.mean - moments_.deviation * std::max(x, untransformed(x));
    const double high = moments_.mean - moments_.deviation * std::min(-x, untransformed(-x));
    return {alpha < least_above_ ? -kInfinity : low, alpha < least_below_ ? kInfinity : high};
  }

  double p_below(double c) const override { return moments_.mean < c ? p_value(c, least_below_) : 1; }
  double p_above(double c) const override { return moments_.mean > c ? p_value(c, least_above_) : 1; }

 private:
  double p_value(double c, double least) const {
    if (std::isinf(moments_.mean)) return 0;  // whatever the others are
    if (n_ < 2) return 1;
    if (moments_.deviation == 0) return least;
    const double u = (moments_.mean - c) / moments_.deviation, x = transformed(u);
    const double t = std::sqrt(n_) * (u > 0 ? std::min(u, x) : std::max(u, x));
    if (u > 0 ? t <= 0 : t >= 0) return 1;
    return std::clamp(2 * student_tail(std::abs(t), n_ - 1), least, 1.0);
  }

  /// Hall's transformation of u = (mean - c) / deviation; it rises.
  double transformed(double u) const {
    const double g = moments_.skewness;
    return u + g * u * u / 3 + g * g * u * u * u / 27 + g / (6 * n_);
  }
  double untransformed(double x) const {
    const double g = moments_.skewness;
    if (std::abs(g) < 1e-8) return x;
    return 3 / g * (std::cbrt(1 + g * (x - g / (6 * n_))) - 1);
  }

  double n_, least_below_, least_above_;
  Moments moments_;
};

class Median : public Estimator {
 public:
  explicit Median(std::vector<double> values) : values_(std::move(values)) {
    std::sort(values_.begin(), values_.end());
  }

  double value() const override { return median(values_); }

  Interval interval(double alpha) const override {
    const std::size_t n = values_.size();
    std::size_t out = 0;  // values that the interval leaves out at either end
    while (out < n / 2 && binomial_at_least(n - out, n, 0.5) <= alpha / 2) ++out;
    return out == 0 ? kAnything : Interval{values_[out - 1], values_[n - out]};
  }

  double p_below(double c) const override { return p_value(below(c), above(c)); }
  double p_above(double c) const override { return p_value(above(c), below(c)); }

 private:
  std::size_t below(double c) const {
    return static_cast<std::size_t>(std::lower_bound(values_.begin(), values_.end(), c) - values_.begin());
  }
  std::size_t above(double c) const {
    return static_cast<std::size_t>(values_.end() - std::upper_bound(values_.begin(), values_.end(), c));
  }
  static double p_value(std::size_t there, std::size_t elsewhere) {
    if (there <= elsewhere) return 1;
    return std::min(1.0, 2 * binomial_at_least(there, there + elsewhere, 0.5));
  }

  std::vector<double> values_;
};

class Share : public Estimator {
 public:
  Share(double k, std::size_t n) : k_(k), n_(static_cast<double>(n)) {}
  double value() const override { return k_ / n_; }
  Interval interval(double alpha) const override { return binomial_interval(k_, n_, alpha); }
  double p_below(double c) const override {
    return value() < c ? std::min(1.0, 2 * binomial_at_least(n_ - k_, n_, 1 - c)) : 1;
  }
  double p_above(double c) const override {
    return value() > c ? std::min(1.0, 2 * binomial_at_least(k_, n_, c)) : 1;
  }

 private:
  double k_, n_;
};

/// Whose p-values are those at which its interval ends.
class ByInterval : public Estimator {
 public:
  double p_below(double c) const final {
    return smallest_alpha([&](double alpha) { return interval(alpha).high < c; });
  }
  double p_above(double c) const final {
    return smallest_alpha([&](double alpha) { return interval(alpha).low > c; });
  }

 private:
  template <class Decided>
  static double smallest_alpha(Decided decided) {
    double low = std::log(kNegligible), high = std::log(0.999);  // of ln alpha
    if (!decided(std::exp(high))) return 1;
    if (decided(std::exp(low))) return kNegligible;
    while (high - low > 1e-3) {
      const double middle = 0.5 * (low + high);
      (decided(std::exp(middle)) ? high : low) = middle;
    }
    return std::exp(high);
  }
};

class TrainingEffect : public ByInterval {
 public:
  TrainingEffect(std::span<const double> trainings, bool normal)
      : least_(normal ? 0 : smallest_p_value(trainings.size(), Doubt::signs)),
        degrees_(static_cast<double>(trainings.size()) - 1),
        error_(moments_of(trainings).deviation / std::sqrt(degrees_ + 1)) {
    L2L_CHECK(trainings.size() > 1, "trainings={}", trainings.size());
  }
  double value() const override { return 0; }
  Interval interval(double alpha) const override {
    if (!std::isfinite(error_) || alpha < least_) return kAnything;
    const double t = student_quantile(alpha / 2, degrees_);
    return {-t * error_, t * error_};
  }

 private:
  double least_, degrees_, error_;
};

class Combined : public ByInterval {
 public:
  explicit Combined(std::vector<Term> terms) : terms_(std::move(terms)) {}
  double value() const override {
    double sum = 0;
    for (const Term& term : terms_) sum += term.sign * term.estimator->value();
    return sum;
  }
  Interval interval(double alpha) const override {
    double below = 0, above = 0;
    for (const auto& [estimator, sign] : terms_) {
      const double value = estimator->value();
      if (!std::isfinite(value)) return kAnything;
      const Interval ends = estimator->interval(alpha);
      const double down = value - ends.low, up = ends.high - value;
      below += sign > 0 ? down * down : up * up;
      above += sign > 0 ? up * up : down * down;
    }
    return {value() - std::sqrt(below), value() + std::sqrt(above)};
  }

 private:
  std::vector<Term> terms_;
};

}  // namespace

double smallest_p_value(std::size_t n, Doubt doubt) {
  const auto count = static_cast<double>(n);
  const double signs = std::exp2(1 - count);
  const double unseen = doubt != Doubt::signs ? 2 * std::pow(1 - kRareProblems, count) : 0;
  return std::min(1.0, std::max(signs, unseen));
}

std::size_t fewest_values(double alpha, Doubt doubt) {
  L2L_CHECK(alpha > 0 && alpha <= 1, "alpha={}", alpha);
  const double signs = 1 - std::log2(alpha);
  const double unseen = doubt != Doubt::signs ? std::log(alpha / 2) / std::log(1 - kRareProblems) : 0;
  auto n = static_cast<std::size_t>(std::max(1.0, std::floor(std::max(signs, unseen))));
  while (smallest_p_value(n, doubt) > alpha) ++n;  // once, but for rounding
  return n;
}

EstimatorPtr estimate_mean(std::vector<double> values, Doubt doubt) {
  L2L_CHECK(!values.empty(), "values={}", values.size());
  return std::make_unique<Mean>(values, doubt);
}

EstimatorPtr estimate_median(std::vector<double> values) {
  L2L_CHECK(!values.empty(), "values={}", values.size());
  return std::make_unique<Median>(std::move(values));
}

EstimatorPtr estimate_share(double k, std::size_t n) {
  return std::make_unique<Share>(k, n);
}

EstimatorPtr estimate_training_effect(std::span<const double> trainings, bool normal) {
  return std::make_unique<TrainingEffect>(trainings, normal);
}

EstimatorPtr combine(std::vector<Term> terms) {
  if (terms.size() == 1 && terms.front().sign > 0) return std::move(terms.front().estimator);
  return std::make_unique<Combined>(std::move(terms));
}

double largest_share_of_variance(std::span<const double> values) {
  if (values.empty()) return 0;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double sum = 0, largest = 0;
  for (const double value : values) {
    const double square = (value - mean) * (value - mean);
    sum += square;
    largest = std::max(largest, square);
  }
  return sum > 0 ? largest / sum : 0;
}

}  // namespace l2l::reports
