#include "reports/statistics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"

namespace l2l::reports {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_diverged(double value) {
  return !std::isfinite(value) || value > kDivergedAbove;
}

std::size_t draw_row(std::size_t resample, std::size_t i, std::size_t rows) {
  static const RandomStream stream(seed_from("bootstrap of the mean"));
  return stream.below(resample * rows + i, rows);
}

using DrawnRows = std::vector<std::uint16_t>;  // [resample][i]
constexpr std::size_t kMostKeptRows = 8192;    // 32 MB

/// The rows that every resample of so many draws. A report asks for the same ones hundreds of times, and
/// drawing is most of the work; the last ones are kept.
std::shared_ptr<const DrawnRows> drawn_rows(std::size_t rows) {
  static std::mutex mutex;
  static std::size_t kept_for = 0;
  static std::shared_ptr<const DrawnRows> kept;
  {
    const std::lock_guard lock(mutex);
    if (kept_for == rows) return kept;
  }
  auto drawn =
      std::make_shared<DrawnRows>(kResamples * rows);  // without the lock: the loop may run other tasks
  parallel_for(kResamples, [&](std::size_t resample) {
    for (std::size_t i = 0; i < rows; ++i)
      (*drawn)[resample * rows + i] = static_cast<std::uint16_t>(draw_row(resample, i, rows));
  });
  const std::lock_guard lock(mutex);
  kept_for = rows;
  return kept = std::move(drawn);
}

/// Everything but the interval, of values where divergence is +inf already.
Summary summarize_values(const std::vector<double>& values) {
  Summary summary;
  summary.n = values.size();
  summary.diverged = static_cast<std::size_t>(std::count(values.begin(), values.end(), kInfinity));
  summary.median = median(values);
  summary.standard_error = kNaN;
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

/// Summaries of the columns of [row][column].
std::vector<Summary> summarize_columns(const std::vector<double>& matrix, std::size_t rows,
                                       std::size_t columns, double confidence) {
  const std::vector<Interval> intervals = bootstrap_intervals(matrix, rows, columns, confidence);
  std::vector<Summary> summaries(columns);
  std::vector<double> column(rows);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < rows; ++r) column[r] = matrix[r * columns + c];
    summaries[c] = summarize_values(column);
    summaries[c].interval = summaries[c].diverged > 0 ? Interval{kInfinity, kInfinity} : intervals[c];
  }
  return summaries;
}

}  // namespace

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

std::vector<double> bootstrap_means(std::span<const double> values, std::size_t rows, std::size_t columns) {
  L2L_CHECK(values.size() == rows * columns, "values={} rows={} columns={}", values.size(), rows, columns);
  std::vector<double> means(kResamples * columns, 0.0);
  if (rows == 0) return means;
  const std::shared_ptr<const DrawnRows> kept = rows <= kMostKeptRows ? drawn_rows(rows) : nullptr;
  parallel_for(kResamples, [&](std::size_t resample) {
    double* sum = means.data() + resample * columns;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t drawn = kept ? (*kept)[resample * rows + i] : draw_row(resample, i, rows);
      const double* row = values.data() + drawn * columns;
      for (std::size_t c = 0; c < columns; ++c) sum[c] += row[c];
    }
    for (std::size_t c = 0; c < columns; ++c) sum[c] /= static_cast<double>(rows);
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

std::vector<Interval> bootstrap_intervals(std::span<const double> values, std::size_t rows,
                                          std::size_t columns, double confidence) {
  std::vector<Interval> intervals(columns, Interval{kNaN, kNaN});
  if (rows < 2) return intervals;
  const std::vector<double> means = bootstrap_means(values, rows, columns);
  std::vector<double> column(kResamples);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < kResamples; ++r) column[r] = means[r * columns + c];
    intervals[c] = percentile_interval(column, confidence);
  }
  return intervals;
}

Summary summarize(std::span<const double> values, double confidence) {
  std::vector<double> column(values.begin(), values.end());
  for (double& value : column) value = is_diverged(value) ? kInfinity : value;
  return summarize_columns(column, column.size(), 1, confidence).front();
}

std::vector<double> losses_with_divergence(const Curve& curve) {
  const std::size_t steps = static_cast<std::size_t>(curve.horizon) + 1;
  L2L_CHECK(curve.losses.size() == curve.seeds.size() * steps, "losses={} seeds={} horizon={}",
            curve.losses.size(), curve.seeds.size(), curve.horizon);
  std::vector<double> losses(curve.losses.begin(), curve.losses.end());
  for (std::size_t seed = 0; seed < curve.seeds.size(); ++seed) {
    bool diverged = false;
    for (double* loss = &losses[seed * steps]; loss != losses.data() + (seed + 1) * steps; ++loss) {
      diverged = diverged || is_diverged(*loss);
      if (diverged) *loss = kInfinity;
    }
  }
  return losses;
}

std::vector<Summary> summarize_steps(const Curve& curve, double confidence, bool normalise) {
  const std::size_t steps = static_cast<std::size_t>(curve.horizon) + 1;
  std::vector<double> losses = losses_with_divergence(curve);
  if (normalise) {
    for (std::size_t seed = 0; seed < curve.seeds.size(); ++seed) {
      const double start = losses[seed * steps];
      for (std::size_t t = 0; t < steps; ++t) {
        double& loss = losses[seed * steps + t];
        loss = is_diverged(loss / start) ? kInfinity : loss / start;  // also where the start itself diverged
      }
    }
  }
  return summarize_columns(losses, curve.seeds.size(), steps, confidence);
}

Summary summarize_at(const Curve& curve, int step, double confidence) {
  L2L_CHECK(step >= 0 && step <= curve.horizon, "step={} horizon={}", step, curve.horizon);
  const std::vector<double> losses = losses_with_divergence(curve);
  const std::size_t steps = static_cast<std::size_t>(curve.horizon) + 1;
  std::vector<double> column(curve.seeds.size());
  for (std::size_t seed = 0; seed < column.size(); ++seed) {
    column[seed] = losses[seed * steps + static_cast<std::size_t>(step)];
  }
  return summarize_columns(column, column.size(), 1, confidence).front();
}

}  // namespace l2l::reports
