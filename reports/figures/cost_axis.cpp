#include "reports/figures/cost_axis.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/text/units.hpp"

namespace l2l::reports {
namespace {

/// The cost at which the longest line of a panel ends, over that of the shortest.
double apart(const Panel& panel) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const Series& series : panel.series) {
    least = std::min(least, series.points.back().x);
    most = std::max(most, series.points.back().x);
  }
  return most / least;
}

/// Leaves out what stands at 0.
void begin_above_zero(Panel& panel) {
  panel.x_low = panel.x_high;
  for (Series& series : panel.series) {
    std::erase_if(series.points, [](const ChartPoint& point) { return !(point.x > 0); });
    panel.x_low = std::min(panel.x_low, series.points.front().x);
  }
}

}  // namespace

std::optional<double> CostAxis::of_step(const Curve& curve) {
  const std::optional<double> cost = cost_of_step(curve, cost_);
  if (!cost) unknown_.insert(label_of(curve));
  return cost;
}

void CostAxis::finish(Chart& chart) {
  chart.lines_differ_in_x = cost_ != Cost::steps;
  chart.x_label = cost_ == Cost::steps ? "step" : "gradient evaluations";
  log_ = cost_ != Cost::steps && std::any_of(chart.panels.begin(), chart.panels.end(),
                                             [](const Panel& panel) { return apart(panel) > kMostApart; });
  chart.log_x = log_;
  if (log_) std::for_each(chart.panels.begin(), chart.panels.end(), begin_above_zero);
  if (cost_ != Cost::flop && cost_ != Cost::seconds) return;
  double most = 0;
  for (const Panel& panel : chart.panels) most = std::max(most, panel.x_high);
  const Unit unit = cost_ == Cost::flop ? flop_unit(most) : time_unit(most);
  chart.x_label = cost_ == Cost::flop ? fmt::format("{} a problem", unit.name)
                                      : fmt::format("measured time of a problem ({})", unit.name);
  for (Panel& panel : chart.panels) {
    panel.x_low /= unit.size;
    panel.x_high /= unit.size;
    for (Series& series : panel.series)
      for (ChartPoint& point : series.points) point.x /= unit.size;
  }
}

std::string CostAxis::name() const {
  switch (cost_) {
    case Cost::steps:
      return "steps";
    case Cost::evaluations:
      return "evaluations of f with its gradient";
    case Cost::flop:
      return "FLOP";
    case Cost::seconds:
      return "measured time";
  }
  return "";
}

std::string CostAxis::caption() const {
  if (cost_ == Cost::steps) return "";
  std::string text =
      " Costs are of one problem, from the start of its evaluation: what tuning and "
      "meta-training took before is in the table of budgets.";
  if (cost_ == Cost::flop) text += " A step's FLOP are those of a gradient and of the optimizer's update.";
  if (cost_ == Cost::seconds)
    text +=
        " Time was measured where the optimizer was evaluated, jobs side by side: the median over its jobs "
        "of seconds by problems and steps.";
  if (log_) text += " x is logarithmic: lines begin behind their first step.";
  if (!unknown_.empty())
    text += fmt::format(" Left out, for its cost is not known: {}.", fmt::join(unknown_, ", "));
  return text;
}

}  // namespace l2l::reports
