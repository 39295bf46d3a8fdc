#include "reports/figures/figures.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/figures/parts.hpp"
#include "reports/results/points.hpp"
#include "reports/results/report_input.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

constexpr std::size_t kMostDefaultPanels = 6;
constexpr double kMostAboveStart = 3;  // of the y range, see suite_figures
constexpr double kQuantile = 0.1;      // and 1 - it: of bands of quantiles
constexpr double kReplicaWidth = 0.8;  // px, of the line of one training

/// Median and quantiles over seeds at every step; a diverged seed is the largest there can be.
std::vector<ChartPoint> quantile_points(const Curve& curve, int first, int last, bool normalise) {
  const xt::xtensor<double, 2> losses = losses_with_divergence(curve);
  std::vector<ChartPoint> points;
  for (auto t = static_cast<std::size_t>(first); t <= static_cast<std::size_t>(last); ++t) {
    std::vector<double> column = column_of(losses, t);
    for (std::size_t i = 0; i < column.size(); ++i)
      if (normalise && std::isfinite(column[i])) column[i] /= losses(i, 0);
    std::sort(column.begin(), column.end());
    const auto at = [&](double share) {
      return column[static_cast<std::size_t>(std::lround(share * static_cast<double>(column.size() - 1)))];
    };
    points.push_back({static_cast<double>(t), at(0.5), at(kQuantile), at(1 - kQuantile)});
  }
  return points;
}

/// Mean and interval at every step.
std::vector<ChartPoint> mean_points(const std::vector<Summary>& summaries, int first, int last) {
  std::vector<ChartPoint> points;
  for (int step = first; step <= last; ++step)
    points.push_back(chart_point(step, summaries[static_cast<std::size_t>(step)]));
  return points;
}

/// A thin line a replica, of what `figure` shows of all of them; none where there is one.
std::vector<Series> replica_lines(const Curve& curve, int first, int last, const Figure& figure,
                                  const Style& style) {
  std::vector<Series> lines;
  for (std::size_t r = 0; r < curve.replicas() && curve.replicas() > 1; ++r) {
    xt::xtensor<double, 2> losses = losses_of_replica(curve, r);
    if (figure.normalise) losses = relative_to_start(std::move(losses));
    Series& line = lines.emplace_back(Series{"", style, Drawing::line, {}});
    line.style.width = kReplicaWidth;
    for (int t = first; t <= last; ++t) {
      const Summary summary = summary_of(column_of(losses, static_cast<std::size_t>(t)), {});
      const double y = figure.band == Band::quantiles ? summary.median : summary.mean;
      line.points.push_back({static_cast<double>(t), y, y, y});
    }
  }
  return lines;
}

FigurePage curves_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles,
                         SummaryCache& cache) {
  FigurePage page;
  ChartRange range;
  std::set<std::size_t> seeds, trainings;
  std::size_t stride = 1;
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
      panel.x_low = first;
      panel.x_high = last;
      page.first_step = page.chart.panels.empty() ? first : std::min(page.first_step, first);
      page.last_step = std::max(page.last_step, last);
      for (const Curve* curve : drawing_order(point.curves, styles)) {
        if (curve->seeds.empty()) continue;
        const int end = std::min(last, curve->horizon);
        if (end < first) continue;
        Series series{label_of(*curve), styles.of(curve->optimizer), Drawing::line,
                      quantiles ? quantile_points(*curve, first, end, figure.normalise)
                                : mean_points(cache.steps(*curve, figure.normalise), first, end)};
        std::vector<Series> lines = replica_lines(*curve, first, end, figure, series.style);
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
      if (figure.own_loss_axes) panel.y_range = loss_range(figure, panel_range);
      page.chart.panels.push_back(std::move(panel));
    }
  }
  if (page.chart.panels.empty()) return page;
  page.chart.x_label = "step";
  set_title(page.chart, figure);
  finish(page.chart, figure, range);
  add_legend(page.chart, experiments, styles);
  page.caption = fmt::format(
      "{} over steps, {} over {} with {}.", figure.normalise ? "Loss relative to its start" : "Loss",
      quantiles ? "median" : "mean", seeds_text(seeds),
      quantiles ? "bands from the 10 % to the 90 % quantile of seeds" : "95 % bootstrap bands of the mean");
  if (!trainings.empty())
    page.caption += fmt::format(" Thin lines: {} independent trainings each.", fmt::join(trainings, " or "));
  if (stride > 1) page.caption += fmt::format(" One in {} steps is drawn.", stride);
  return page;
}

FigurePage scatter_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles,
                          SummaryCache& cache) {
  FigurePage page;
  const std::vector<const Experiment*> experiments = experiments_of(input, figure);
  const std::vector<const Curve*> curves = drawn_curves(experiments, styles);
  if (curves.empty()) return page;
  const std::vector<std::string> x_values = axis_values(curves, figure.x_axis);
  const bool numeric = are_numbers(x_values);
  const auto place = [&](const std::string& value) {
    return numeric ? *as_number(value) : place_of(value, x_values);
  };
  double gap = numeric ? std::max(std::abs(place(x_values.back())), 1.0) : 1.0;  // between neighbours
  for (std::size_t i = 1; i < x_values.size(); ++i)
    gap = std::min(gap, place(x_values[i]) - place(x_values[i - 1]));
  for (const std::string& value : x_values) page.chart.x_ticks.push_back({place(value), value, false});

  ChartRange range;
  std::set<std::size_t> seeds;
  std::set<int> steps;
  std::vector<std::string> present;  // labels in drawing order: from the last of the legend to the first
  for (const Curve* curve : curves) {
    if (std::find(present.begin(), present.end(), label_of(*curve)) == present.end())
      present.push_back(label_of(*curve));
  }
  std::reverse(present.begin(), present.end());
  const double optimizers = static_cast<double>(present.size());
  for (const std::string& value : axis_values(curves, figure.panel_axis)) {
    Panel panel;
    const std::string name = axis_label(figure.panel_axis);
    if (!figure.panel_axis.empty()) {
      panel.title = figure.panel_axis.starts_with("optimizee.hidden_")
                        ? fmt::format("{} {}", value, value == "1" ? name.substr(0, name.size() - 1) : name)
                        : fmt::format("{} {}", name, value);
    }
    panel.x_low = place(x_values.front()) - 0.6 * gap;
    panel.x_high = place(x_values.back()) + 0.6 * gap;
    for (const Curve* curve : curves) {
      if (coordinate(*curve, figure.panel_axis) != value) continue;
      const std::string label = label_of(*curve);
      auto series = std::find_if(panel.series.begin(), panel.series.end(),
                                 [&](const Series& s) { return s.label == label; });
      if (series == panel.series.end()) {
        series = panel.series.insert(series, {label, styles.of(curve->optimizer), Drawing::markers, {}});
      }
      const auto rank = std::find(present.begin(), present.end(), label) - present.begin();
      const double dodge = 0.55 * gap * ((static_cast<double>(rank) + 0.5) / optimizers - 0.5);
      const int step = std::min(figure.last_step.value_or(curve->horizon), curve->horizon);
      const std::vector<Summary>& summaries = cache.steps(*curve, figure.normalise);
      const ChartPoint point = chart_point(place(coordinate(*curve, figure.x_axis)) + dodge,
                                           summaries[static_cast<std::size_t>(step)]);
      series->points.push_back(point);
      range.add(point.low);
      range.add(point.high);
      range.raise_cap(kMostAboveStart * summaries.front().mean);
      steps.insert(step);
      seeds.insert(curve->seeds.size());
    }
    page.chart.panels.push_back(std::move(panel));
  }
  page.first_step = *steps.begin();
  page.last_step = *steps.rbegin();
  page.chart.x_label = axis_label(figure.x_axis);
  page.chart.title = figure.title;
  finish(page.chart, figure, range);
  add_legend(page.chart, experiments, styles);
  page.caption = fmt::format(
      "Loss after {} steps, mean over {} with 95 % bootstrap intervals; open triangles at the top edge lie "
      "above it.",
      fmt::join(steps, " or "), seeds_text(seeds));
  return page;
}

/// Of a suite that asks for none: the curves of every experiment that fits into one figure.
std::vector<Figure> default_figures(const ReportInput& input) {
  std::vector<Figure> figures;
  for (const Experiment& experiment : input.experiments) {
    if (sweep_points(experiment).size() > kMostDefaultPanels) continue;
    Figure figure;
    figure.name = experiment.name;
    figure.title = title_of(experiment);
    figure.experiments = {experiment.name};
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace

std::vector<FigurePage> suite_figures(const ReportInput& input, const StyleBook& styles,
                                      SummaryCache& cache) {
  std::vector<FigurePage> pages;
  for (const Figure& figure : input.figures.empty() ? default_figures(input) : input.figures) {
    FigurePage page;
    switch (figure.kind) {
      case FigureKind::curves:
        page = curves_figure(input, figure, styles, cache);
        break;
      case FigureKind::scatter:
        page = scatter_figure(input, figure, styles, cache);
        break;
      case FigureKind::profile:
        page = profile_figure(input, figure, styles);
        break;
      case FigureKind::reached:
        page = reached_figure(input, figure, styles);
        break;
      case FigureKind::updates:
        page = updates_figure(input, figure, styles);
        break;
      case FigureKind::heat_map:
        page = heat_map_figure(input, figure, styles, cache);
        break;
    }
    page.experiments = figure.experiments;
    page.chart.columns = figure.columns;
    if (!page.chart.panels.empty()) pages.push_back(std::move(page));
  }
  return pages;
}

}  // namespace l2l::reports
