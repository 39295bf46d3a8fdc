// Statistics of trajectories over seeds: what every table, band and verdict is computed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reports/results/results.hpp"

namespace l2l::reports {

inline constexpr int kResamples = 2000;            ///< of the bootstrap
inline constexpr double kDivergedAbove = 1e10;     ///< a loss beyond it is a divergence
inline constexpr double kReportConfidence = 0.95;  ///< of bands and tables; claims bring their own

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

/// Means of `kResamples` resamples (with replacement) of the rows of a matrix, as [resample][column].
/// Resample r draws the same rows for every matrix of `rows` rows, so that optimizers which met the same
/// seeds are resampled together. Same bits on every machine and for any number of threads.
/// @param values  [row][column], row-major
std::vector<double> bootstrap_means(std::span<const double> values, std::size_t rows, std::size_t columns);

/// Of B sorted values those of rank floor(alpha/2 B) and B - 1 - floor(alpha/2 B), alpha = 1 - confidence.
Interval percentile_interval(std::vector<double>& values, double confidence);

/// Percentile bootstrap interval of each column's mean.
std::vector<Interval> bootstrap_intervals(std::span<const double> values, std::size_t rows,
                                          std::size_t columns, double confidence);

/// Summary of plain values; non-finite or > kDivergedAbove counts as diverged.
Summary summarize(std::span<const double> values, double confidence = kReportConfidence);

/// f(theta_t) of every seed for t in [0, horizon], as [seed][t]; +inf from the first divergence on.
std::vector<double> losses_with_divergence(const Curve& curve);

/// Summary at every step t in [0, horizon]. With `normalise`, of f(theta_t) / f(theta_0) of each seed.
std::vector<Summary> summarize_steps(const Curve& curve, double confidence = kReportConfidence,
                                     bool normalise = false);

/// Summary at one step. @pre 0 <= step <= horizon
Summary summarize_at(const Curve& curve, int step, double confidence = kReportConfidence);

}  // namespace l2l::reports
