// Final loss over two axes of a sweep, as colours with their values.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "reports/figures/parts.hpp"
#include "reports/results/points.hpp"
#include "reports/results/report_input.hpp"
#include "reports/text/format.hpp"

namespace l2l::reports {
namespace {

constexpr double kLinearUpTo = 10;  // colours are logarithmic where the losses span more than this factor

/// What sets a panel apart: its optimizer, and of several the optimizee and the experiment.
std::string heat_title(const Curve& curve, const std::vector<const Experiment*>& experiments) {
  std::set<std::string> optimizees;
  std::string experiment_title;
  for (const Experiment* experiment : experiments) {
    for (const Curve& other : experiment->curves) optimizees.insert(other.optimizee);
    if (experiment->name == curve.experiment) experiment_title = title_of(*experiment);
  }
  std::string title = label_of(curve);
  if (optimizees.size() > 1) title += ", " + optimizee_label_of(curve);
  return experiments.size() > 1 ? experiment_title + ": " + title : title;
}

/// The range of finite losses; of colours that tell something apart even where all are equal.
void set_colors(Chart& chart, const Figure& figure) {
  bool positive = true;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Panel& panel : chart.panels)
    for (const HeatCell& cell : panel.cells) {
      if (!std::isfinite(cell.value)) continue;
      low = std::min(low, cell.value);
      high = std::max(high, cell.value);
      positive = positive && cell.value > 0;
    }
  if (low > high) low = high = 1;
  low = figure.y_low.value_or(low);
  high = figure.y_high.value_or(high);
  chart.colors.log = figure.log_y && positive && low > 0 && high / low > kLinearUpTo;
  if (!(low < high)) widen(low, high, false);
  chart.colors.low = low;
  chart.colors.high = high;
}

}  // namespace

FigurePage heat_map_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles,
                           SummaryCache& cache) {
  FigurePage page;
  const std::vector<const Experiment*> experiments = experiments_of(input, figure);
  std::vector<const Curve*> curves = drawn_curves(experiments, styles);
  if (curves.empty()) return page;
  std::reverse(curves.begin(), curves.end());  // panels in the order of legends
  const std::vector<std::string> columns = axis_values(curves, figure.x_axis),
                                 rows = axis_values(curves, figure.y_axis);
  for (const std::string& value : columns)
    page.chart.x_ticks.push_back({place_of(value, columns), value, false});
  for (const std::string& value : rows) page.chart.y_ticks.push_back({place_of(value, rows), value, false});
  page.chart.y_low = -0.5;
  page.chart.y_high = static_cast<double>(rows.size()) - 0.5;

  std::set<std::size_t> seeds;
  std::set<int> steps;
  for (const Curve* curve : curves) {
    const std::string title = heat_title(*curve, experiments);
    auto panel = std::find_if(page.chart.panels.begin(), page.chart.panels.end(),
                              [&](const Panel& each) { return each.title == title; });
    if (panel == page.chart.panels.end()) {
      panel = page.chart.panels.insert(panel, Panel{});
      panel->title = title;
      panel->x_low = -0.5;
      panel->x_high = static_cast<double>(columns.size()) - 0.5;
    }
    const int step = std::min(figure.last_step.value_or(curve->horizon), curve->horizon);
    const Summary& summary = cache.steps(*curve, figure.normalise)[static_cast<std::size_t>(step)];
    panel->cells.push_back({place_of(coordinate(*curve, figure.x_axis), columns),
                            place_of(coordinate(*curve, figure.y_axis), rows), summary.mean});
    steps.insert(step);
    seeds.insert(curve->seeds.size());
  }
  page.first_step = *steps.begin();
  page.last_step = *steps.rbegin();
  page.chart.name = figure.name;
  page.chart.log_y = false;
  page.chart.x_label = axis_label(figure.x_axis);
  page.chart.y_label = axis_label(figure.y_axis);
  page.chart.colors.label = figure.normalise ? "loss / initial loss" : "loss";
  page.chart.title = figure.title;
  set_colors(page.chart, figure);
  page.caption =
      fmt::format("Loss after {} steps, mean over {}, by {} and {}{}; grey: diverged.",
                  fmt::join(steps, " or "), seeds_text(seeds), page.chart.x_label, page.chart.y_label,
                  page.chart.colors.log ? "; colours on a logarithmic scale" : "");
  return page;
}

}  // namespace l2l::reports
