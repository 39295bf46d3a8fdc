// Statistics of a series of numbers, one per seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace l2l::reports {

inline constexpr double kDivergedAbove = 1e10;     ///< a loss beyond it is a divergence
inline constexpr double kReportConfidence = 0.95;  ///< of bands and tables; claims bring their own

/// Not finite, or beyond kDivergedAbove.
bool is_diverged(double loss);

/// [low, high]; both NaN where there is no interval (fewer than two values).
struct Interval {
  double low = 0;
  double high = 0;
};

/// One number over seeds. Diverged seeds count as +inf: a divergence that was observed has a positive
/// probability, so the expected loss is infinite whatever the other seeds say. Hence with any diverged seed
/// mean = low = high = +inf and standard_error is NaN; the median stays meaningful.
struct Summary {
  std::size_t n = 0;
  std::size_t diverged = 0;
  double mean = 0;
  double standard_error = 0;  ///< sample standard deviation / sqrt(n); NaN for n < 2
  double median = 0;          ///< of an even number of values: the mean of the middle two
  Interval interval;          ///< of the mean, percentile bootstrap
};

/// Of an even number of values: the mean of the middle two. NaN of none.
double median(std::vector<double> values);

/// Seeds that two lists have in common: pair i is first[i] of the one and second[i] of the other (indices).
struct CommonSeeds {
  std::vector<std::size_t> first, second;
  std::size_t size() const { return first.size(); }
};

/// In the order of `first`.
CommonSeeds seeds_in_common(std::span<const std::uint64_t> first, std::span<const std::uint64_t> second);

/// Means of the kResamples resamples of a series (see Resamples), 0 where it is empty.
std::vector<double> bootstrap_means(std::span<const double> values);

/// Of B sorted values those of rank floor(alpha/2 B) and B - 1 - floor(alpha/2 B), alpha = 1 - confidence.
/// Reorders the values.
Interval percentile_interval(std::vector<double>& values, double confidence);

/// Percentile bootstrap interval of the mean.
Interval bootstrap_interval(std::span<const double> values, double confidence);

/// Summary of values; those that are diverged count as +inf.
Summary summarize(std::span<const double> values, double confidence = kReportConfidence);

/// Summary of values of which the diverged ones are +inf already, with an interval that is known.
Summary summary_of(const std::vector<double>& values, const Interval& interval);

}  // namespace l2l::reports
