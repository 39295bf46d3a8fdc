// Statistics of trajectories over seeds: what every table, band and verdict is computed from.
#pragma once

#include <cstddef>
#include <vector>

#include <xtensor/xtensor.hpp>

#include "reports/statistics/resamples.hpp"
#include "reports/statistics/summary.hpp"

namespace l2l::reports {

struct Curve;

/// The means of the columns of every resample of the rows of a matrix (see Resamples).
/// @param values  (rows, columns)
/// @return (kResamples, columns); 0 where there are no rows
xt::xtensor<double, 2> bootstrap_means(const xt::xtensor<double, 2>& values);

/// Percentile bootstrap interval of each column's mean.
/// @param values  (rows, columns)
std::vector<Interval> bootstrap_intervals(const xt::xtensor<double, 2>& values, double confidence);

/// One column of a matrix (rows, columns), for instance the losses of all seeds at a step.
std::vector<double> column_of(const xt::xtensor<double, 2>& matrix, std::size_t column);

/// f(theta_t) of one replica for every seed and t in [0, horizon], (seeds, horizon + 1); +inf from the first
/// divergence on. @pre replica < curve.replicas()
xt::xtensor<double, 2> losses_of_replica(const Curve& curve, std::size_t replica);

/// The mean of that over the replicas, (seeds, horizon + 1): +inf from where the first of them diverges.
xt::xtensor<double, 2> losses_with_divergence(const Curve& curve);

/// Each as a share of its start, f(theta_t) / f(theta_0) for t in [0, horizon]; +inf where that diverged.
/// @param losses  (seeds, horizon + 1)
xt::xtensor<double, 2> relative_to_start(xt::xtensor<double, 2> losses);

/// How far trainings differ: the sample standard deviation, over replicas, of the mean loss over seeds at
/// every step t in [0, horizon]. NaN where there is one replica only, and from the first divergence on.
std::vector<double> between_replicas(const Curve& curve);

/// f(theta_step) of every seed, the mean over replicas; +inf where one has diverged by then.
/// @pre 0 <= step <= horizon
std::vector<double> losses_at(const Curve& curve, int step);

/// Summary at every step t in [0, horizon]. With `normalise`, of f(theta_t) / f(theta_0) of each seed.
std::vector<Summary> summarize_steps(const Curve& curve, double confidence = kReportConfidence,
                                     bool normalise = false);

/// Summary at one step. @pre 0 <= step <= horizon
Summary summarize_at(const Curve& curve, int step, double confidence = kReportConfidence);

}  // namespace l2l::reports
