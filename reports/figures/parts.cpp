#include "reports/figures/parts.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "reports/results/report_input.hpp"

namespace l2l::reports {

ChartPoint chart_point(double x, const Summary& summary) {
  const bool interval = !std::isnan(summary.interval.low);
  return {x, summary.mean, interval ? summary.interval.low : summary.mean,
          interval ? summary.interval.high : summary.mean};
}

std::vector<const Experiment*> experiments_of(const ReportInput& input, const Figure& figure) {
  std::vector<const Experiment*> found;
  for (const std::string& name : figure.experiments) {
    for (const Experiment& experiment : input.experiments) {
      if (experiment.name == name) found.push_back(&experiment);
    }
  }
  return found;
}

std::string coordinate(const Curve& curve, const std::string& axis) {
  const auto found = curve.coordinates.find(axis);
  return found == curve.coordinates.end() ? std::string() : found->second;
}

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

bool are_numbers(const std::vector<std::string>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](const std::string& value) { return as_number(value).has_value(); });
}

std::vector<std::string> axis_values(const std::vector<const Curve*>& curves, const std::string& axis) {
  std::set<std::string> distinct;
  for (const Curve* curve : curves) distinct.insert(coordinate(*curve, axis));
  std::vector<std::string> values(distinct.begin(), distinct.end());
  if (are_numbers(values)) {
    std::sort(values.begin(), values.end(),
              [](const std::string& a, const std::string& b) { return as_number(a) < as_number(b); });
  }
  return values;
}

double place_of(const std::string& value, const std::vector<std::string>& values) {
  return static_cast<double>(std::find(values.begin(), values.end(), value) - values.begin());
}

std::vector<const Curve*> drawing_order(std::vector<const Curve*> curves, const StyleBook& styles) {
  const auto rank = [&](const Curve* curve) {
    return std::find(styles.order().begin(), styles.order().end(), curve->optimizer) - styles.order().begin();
  };
  std::stable_sort(curves.begin(), curves.end(),
                   [&](const Curve* a, const Curve* b) { return rank(a) > rank(b); });
  return curves;
}

std::vector<const Curve*> drawn_curves(const std::vector<const Experiment*>& experiments,
                                       const StyleBook& styles) {
  std::vector<const Curve*> curves;
  for (const Experiment* experiment : experiments) {
    for (const Curve& curve : experiment->curves) {
      if (!curve.seeds.empty()) curves.push_back(&curve);
    }
  }
  return drawing_order(std::move(curves), styles);
}

void finish(Chart& chart, const Figure& figure, const ChartRange& range) {
  chart.name = figure.name;
  chart.log_y = figure.log_y;
  chart.y_label = figure.normalise ? "loss / initial loss" : "loss";
  std::tie(chart.y_low, chart.y_high) = loss_range(figure, range);
}

std::pair<double, double> loss_range(const Figure& figure, const ChartRange& range) {
  const auto [low, high] = range.with_air(figure.log_y);
  return {figure.y_low.value_or(low), figure.y_high.value_or(high)};
}

std::string seeds_text(const std::set<std::size_t>& counts) {
  if (counts.size() == 1) return fmt::format("{} seeds", *counts.begin());
  return fmt::format("{} to {} seeds", *counts.begin(), *counts.rbegin());
}

void add_legend(Chart& chart, const std::vector<const Experiment*>& experiments, const StyleBook& styles) {
  std::set<std::string> present;
  for (const Panel& panel : chart.panels) {
    for (const Series& series : panel.series) present.insert(series.label);
  }
  for (const std::string& optimizer : styles.order()) {
    for (const Experiment* experiment : experiments) {
      for (const Curve& curve : experiment->curves) {
        if (curve.optimizer == optimizer && present.erase(label_of(curve)) > 0)
          chart.legend.push_back(label_of(curve));
      }
    }
  }
}

void set_title(Chart& chart, const Figure& figure) {
  chart.title = figure.title;
  if (chart.panels.size() != 1) return;
  if (chart.title.empty()) chart.title = chart.panels.front().title;
  chart.panels.front().title.clear();
}

}  // namespace l2l::reports
