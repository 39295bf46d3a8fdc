#include "reports/statistics/statistics.hpp"

#include <cmath>
#include <span>
#include <utility>

#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/tensors.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/limits.hpp"

namespace l2l::reports {
xt::xtensor<double, 2> bootstrap_means(const xt::xtensor<double, 2>& values) {
  const std::size_t rows = values.shape(0), columns = values.shape(1);
  xt::xtensor<double, 2> means({kResamples, columns}, 0.0);
  if (rows == 0) return means;
  const Resamples resamples(rows);
  parallel_for(kResamples, [&](std::size_t resample) {
    const std::span<double> mean = slice(means, resample);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::span<const double> row = slice(values, resamples.row(resample, i));
      for (std::size_t c = 0; c < columns; ++c) mean[c] += row[c];
    }
    for (double& value : mean) value /= static_cast<double>(rows);
  });
  return means;
}

std::vector<Interval> bootstrap_intervals(const xt::xtensor<double, 2>& values, double confidence) {
  std::vector<Interval> intervals(values.shape(1), Interval{kNaN, kNaN});
  if (values.shape(0) < 2) return intervals;
  const xt::xtensor<double, 2> means = bootstrap_means(values);
  for (std::size_t c = 0; c < intervals.size(); ++c) {
    std::vector<double> of_column = column_of(means, c);
    intervals[c] = percentile_interval(of_column, confidence);
  }
  return intervals;
}

std::vector<double> column_of(const xt::xtensor<double, 2>& matrix, std::size_t column) {
  std::vector<double> values(matrix.shape(0));
  for (std::size_t r = 0; r < values.size(); ++r) values[r] = matrix(r, column);
  return values;
}

xt::xtensor<double, 2> losses_of_replica(const Curve& curve, std::size_t replica) {
  const std::size_t seeds = curve.seeds.size(), steps = static_cast<std::size_t>(curve.horizon) + 1;
  L2L_CHECK(replica < curve.replicas() && curve.losses.shape(1) == seeds && curve.losses.shape(2) == steps,
            "losses=({}, {}, {}) replica={} seeds={} horizon={}", curve.replicas(), curve.losses.shape(1),
            curve.losses.shape(2), replica, seeds, curve.horizon);
  xt::xtensor<double, 2> losses = xt::view(curve.losses, replica, xt::all(), xt::all());
  for (std::size_t i = 0; i < seeds; ++i) {
    bool diverged = false;
    for (std::size_t t = 0; t < steps; ++t) {
      diverged = diverged || is_diverged(losses(i, t));
      if (diverged) losses(i, t) = kInfinity;
    }
  }
  return losses;
}

xt::xtensor<double, 2> losses_with_divergence(const Curve& curve) {
  xt::xtensor<double, 2> mean = losses_of_replica(curve, 0);
  for (std::size_t r = 1; r < curve.replicas(); ++r) xt::noalias(mean) += losses_of_replica(curve, r);
  mean /= static_cast<double>(curve.replicas());
  return mean;
}

xt::xtensor<double, 2> relative_to_start(xt::xtensor<double, 2> losses) {
  for (std::size_t i = 0; i < losses.shape(0); ++i) {
    const double start = losses(i, 0);
    for (std::size_t t = 0; t < losses.shape(1); ++t) {
      const double share = losses(i, t) / start;
      losses(i, t) = is_diverged(share) ? kInfinity : share;  // also where the start itself diverged
    }
  }
  return losses;
}

std::vector<double> between_replicas(const Curve& curve) {
  const std::size_t replicas = curve.replicas(), steps = static_cast<std::size_t>(curve.horizon) + 1;
  xt::xtensor<double, 2> means({replicas, steps});
  for (std::size_t r = 0; r < replicas; ++r)
    xt::noalias(xt::row(means, r)) = xt::mean<double>(losses_of_replica(curve, r), {0});
  std::vector<double> deviations;
  for (std::size_t t = 0; t < steps; ++t) {
    const Summary summary = summary_of(column_of(means, t), {});
    deviations.push_back(summary.standard_error * std::sqrt(static_cast<double>(replicas)));
  }
  return deviations;
}

std::vector<double> losses_at(const Curve& curve, int step) {
  L2L_CHECK(step >= 0 && step <= curve.horizon, "step={} horizon={}", step, curve.horizon);
  return column_of(losses_with_divergence(curve), static_cast<std::size_t>(step));
}

std::vector<Summary> summarize_steps(const Curve& curve, double confidence, bool normalise) {
  xt::xtensor<double, 2> losses = losses_with_divergence(curve);
  if (normalise) losses = relative_to_start(std::move(losses));
  const std::vector<Interval> intervals = bootstrap_intervals(losses, confidence);
  std::vector<Summary> summaries;
  for (std::size_t t = 0; t < intervals.size(); ++t)
    summaries.push_back(summary_of(column_of(losses, t), intervals[t]));
  return summaries;
}

Summary summarize_at(const Curve& curve, int step, double confidence) {
  return summarize(losses_at(curve, step), confidence);
}

}  // namespace l2l::reports
