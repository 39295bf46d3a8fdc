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
