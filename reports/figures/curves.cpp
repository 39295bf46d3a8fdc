// The loss of optimizers over steps, or over what their steps cost.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/figures/cost_axis.hpp"
#include "reports/figures/parts.hpp"
#include "reports/results/report_input.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

constexpr double kQuantile = 0.1;      // and 1 - it: of bands of quantiles
constexpr double kReplicaWidth = 0.8;  // px, of the line of one training

/// The steps of a curve that are drawn, and what lies between two of them on x.
struct Drawn {
  int first = 0, last = 0;
  double per_step = 1;

  double x(int step) const { return step * per_step; }
};

/// Median and quantiles over seeds at every step; a diverged seed is the largest there can be.
std::vector<ChartPoint> quantile_points(const Curve& curve, const Drawn& drawn, bool normalise) {
  const xt::xtensor<double, 2> losses = losses_with_divergence(curve);
  std::vector<ChartPoint> points;
  for (int step = drawn.first; step <= drawn.last; ++step) {
    std::vector<double> column = column_of(losses, static_cast<std::size_t>(step));
    for (std::size_t i = 0; i < column.size(); ++i)
      if (normalise && std::isfinite(column[i])) column[i] /= losses(i, 0);
    std::sort(column.begin(), column.end());
    const auto at = [&](double share) {
      return column[static_cast<std::size_t>(std::lround(share * static_cast<double>(column.size() - 1)))];
    };
    points.push_back({drawn.x(step), at(0.5), at(kQuantile), at(1 - kQuantile)});
  }
  return points;
}

/// Mean and interval at every step.
std::vector<ChartPoint> mean_points(const std::vector<Summary>& summaries, const Drawn& drawn) {
  std::vector<ChartPoint> points;
  for (int step = drawn.first; step <= drawn.last; ++step)
    points.push_back(chart_point(drawn.x(step), summaries[static_cast<std::size_t>(step)]));
  return points;
}

/// A thin line a replica, of what `figure` shows of all of them; none where there is one.
std::vector<Series> replica_lines(const Curve& curve, const Drawn& drawn, const Figure& figure,
                                  const Style& style) {
  std::vector<Series> lines;
  for (std::size_t r = 0; r < curve.replicas() && curve.replicas() > 1; ++r) {
    xt::xtensor<double, 2> losses = losses_of_replica(curve, r);
    if (figure.normalise) losses = relative_to_start(std::move(losses));
    Series& line = lines.emplace_back(Series{"", style, Drawing::line, {}});
    line.style.width = kReplicaWidth;
    for (int t = drawn.first; t <= drawn.last; ++t) {
      const Summary summary = summary_of(column_of(losses, static_cast<std::size_t>(t)), {});
      const double y = figure.band == Band::quantiles ? summary.median : summary.mean;
      line.points.push_back({drawn.x(t), y, y, y});
    }
  }
  return lines;
}

}  // namespace

FigurePage curves_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles,
                         SummaryCache& cache) {
  FigurePage page;
  ChartRange range;
  std::set<std::size_t> seeds, trainings;
  std::size_t stride = 1;
  CostAxis axis(figure.x);
  const bool quantiles = figure.band == Band::quantiles;
  const std::vector<const Experiment*> experiments = experiments_of(input, figure);
  for (const Experiment* experiment : experiments) {
    const std::vector<SweepPoint> points = sweep_points(*experiment);
    for (const SweepPoint& point : points) {
      Panel panel;
      ChartRange panel_range;
      panel.title = panel_title(point, points);
      if (const std::string label = point_label(point, points); experiments.size() == 1 && !label.empty())
        panel.title = label;  // the figure's title says the rest
      int longest = 0;
      for (const Curve* curve : point.curves) longest = std::max(longest, curve->horizon);
      const int first = figure.first_step.value_or(0),
                last = std::min(figure.last_step.value_or(longest), longest);
      if (first >= last) continue;
      double x_low = std::numeric_limits<double>::infinity(), x_high = 0;
      for (const Curve* curve : drawing_order(point.curves, styles)) {
        if (curve->seeds.empty()) continue;
        const std::optional<double> per_step = axis.of_step(*curve);
        const Drawn drawn{first, std::min(last, curve->horizon), per_step.value_or(0)};
        if (!per_step || drawn.last < first) continue;
        x_low = std::min(x_low, drawn.x(first));
        x_high = std::max(x_high, drawn.x(figure.x == Cost::steps ? last : drawn.last));
        Series series{label_of(*curve), styles.of(curve->optimizer), Drawing::line,
                      quantiles ? quantile_points(*curve, drawn, figure.normalise)
                                : mean_points(cache.steps(*curve, figure.normalise), drawn)};
        std::vector<Series> lines = replica_lines(*curve, drawn, figure, series.style);
        for (ChartRange* one : {&range, &panel_range}) {
          for (const ChartPoint& each : series.points) one->add(each.y);
          for (const Series& line : lines)
            for (const ChartPoint& each : line.points) one->add(each.y);
          one->raise_cap(kMostAboveStart * series.points.front().y);
        }
        seeds.insert(curve->seeds.size());
        stride = std::max(stride, line_stride(series.points.size()));
        for (Series& line : lines) {
          line.points = thinned(line.points);
          panel.series.push_back(std::move(line));
        }
        if (!lines.empty()) trainings.insert(lines.size());
        series.points = thinned(series.points);
        panel.series.push_back(std::move(series));
      }
      if (panel.series.empty()) continue;
      panel.x_low = x_low;
      panel.x_high = x_high;
      page.first_step = page.chart.panels.empty() ? first : std::min(page.first_step, first);
      page.last_step = std::max(page.last_step, last);
      if (figure.own_loss_axes) panel.y_range = loss_range(figure, panel_range);
      page.chart.panels.push_back(std::move(panel));
    }
  }
  if (page.chart.panels.empty()) return page;
  axis.finish(page.chart);
  set_title(page.chart, figure);
  finish(page.chart, figure, range);
  add_legend(page.chart, experiments, styles);
  page.caption = fmt::format(
      "{} over {}, {} over {} with {}.", figure.normalise ? "Loss relative to its start" : "Loss",
      axis.name(), quantiles ? "median" : "mean", seeds_text(seeds),
      quantiles ? "bands from the 10 % to the 90 % quantile of seeds" : "95 % bootstrap bands of the mean");
  if (!trainings.empty())
    page.caption += fmt::format(" Thin lines: {} independent trainings each.", fmt::join(trainings, " or "));
  page.caption += axis.caption();
  if (stride > 1) page.caption += fmt::format(" One in {} steps is drawn.", stride);
  return page;
}

}  // namespace l2l::reports
