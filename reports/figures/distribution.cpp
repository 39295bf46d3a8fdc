// Figures over single runs in place of means: performance profiles, and the share of runs that reach a
// target.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "reports/figures/parts.hpp"

namespace l2l::reports {
namespace {

constexpr double kMostAboveLowest = 100;  // of the x range of a profile
constexpr int kFactors = 120;             // on it

/// One optimizer's losses on all seeds of all points of an experiment, as [problem][column].
struct Runs {
  std::string label;
  Style style;
  std::size_t columns = 0;
  std::vector<double> values;
};

/// A line of column means with their 95 % intervals at xs.
Series mean_series(const Runs& runs, const std::vector<double>& xs) {
  Series series{runs.label, runs.style, Drawing::line, {}};
  const std::size_t rows = runs.values.size() / runs.columns;
  const std::vector<Interval> intervals =
      bootstrap_intervals(runs.values, rows, runs.columns, kReportConfidence);
  for (std::size_t c = 0; c < runs.columns; ++c) {
    double sum = 0;
    for (std::size_t r = 0; r < rows; ++r) sum += runs.values[r * runs.columns + c];
    const double mean = sum / static_cast<double>(rows);
    const bool interval = !std::isnan(intervals[c].low);
    series.points.push_back(
        {xs[c], mean, interval ? intervals[c].low : mean, interval ? intervals[c].high : mean});
  }
  return series;
}

/// Curves of an experiment with data, by optimizer, the last of the legend first.
std::vector<std::vector<const Curve*>> by_optimizer(const Experiment& experiment, const StyleBook& styles) {
  std::vector<std::vector<const Curve*>> groups;
  for (const Curve* curve : drawn_curves({&experiment}, styles)) {
    if (groups.empty() || groups.back().front()->optimizer != curve->optimizer) groups.emplace_back();
    groups.back().push_back(curve);
  }
  return groups;
}

/// Sets what both kinds have in common.
void finish_shares(FigurePage& page, const Figure& figure, const std::vector<const Experiment*>& experiments,
                   const StyleBook& styles) {
  page.last_step = -1;  // of claims about means it shows none
  page.chart.name = figure.name;
  page.chart.log_y = false;
  page.chart.y_low = 0;
  page.chart.y_high = 1.02;
  set_title(page.chart, figure);
  add_legend(page.chart, experiments, styles);
}

int last_step(const Figure& figure, const Curve& curve) {
  return std::min(figure.last_step.value_or(curve.horizon), curve.horizon);
}

using Problem = std::tuple<std::string, std::map<std::string, std::string>, std::uint64_t>;

Problem problem_of(const Curve& curve, std::size_t seed) {
  std::map<std::string, std::string> coordinates = curve.coordinates;
  std::erase_if(coordinates, [](const auto& entry) { return entry.first.starts_with("optimizer."); });
  return {curve.optimizee, std::move(coordinates), curve.seeds[seed]};
}

}  // namespace

FigurePage profile_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles) {
  FigurePage page;
  std::set<std::size_t> problems;
  const std::vector<const Experiment*> experiments = experiments_of(input, figure);
  double widest = 2;
  int last = 0;
  for (const Experiment* experiment : experiments) {
    const auto groups = by_optimizer(*experiment, styles);
    std::map<Problem, double> lowest;
    const auto each_run = [&](const std::vector<const Curve*>& group, const auto& visit) {
      for (const Curve* curve : group) {
        const std::vector<double> losses = losses_with_divergence(*curve);
        const auto steps = static_cast<std::size_t>(curve->horizon) + 1;
        for (std::size_t seed = 0; seed < curve->seeds.size(); ++seed)
          visit(problem_of(*curve, seed),
                losses[seed * steps + static_cast<std::size_t>(last_step(figure, *curve))]);
        last = std::max(last, last_step(figure, *curve));
      }
    };
    for (const auto& group : groups)
      each_run(group, [&](const Problem& problem, double loss) {
        const auto [entry, added] = lowest.try_emplace(problem, loss);
        entry->second = std::min(entry->second, loss);
      });
    std::vector<std::vector<double>> ratios;
    for (const auto& group : groups) {
      std::vector<double>& own = ratios.emplace_back();
      each_run(group, [&](const Problem& problem, double loss) {
        const double best = lowest.at(problem);
        own.push_back(best > 0 && std::isfinite(loss) ? loss / best
                                                      : (loss == best && std::isfinite(loss) ? 1 : INFINITY));
        if (std::isfinite(own.back())) widest = std::max(widest, own.back());
      });
      problems.insert(own.size());
    }
    if (groups.empty()) continue;
    Panel panel;
    panel.title = title_of(*experiment);
    panel.x_low = 1;
    panel.x_high = std::min(widest, kMostAboveLowest);
    std::vector<double> factors;
    for (int i = 0; i <= kFactors; ++i)
      factors.push_back(std::pow(panel.x_high, static_cast<double>(i) / kFactors));
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const Curve& curve = *groups[g].front();
      Runs runs{label_of(curve), styles.of(curve.optimizer), factors.size(), {}};
      for (const double ratio : ratios[g])
        for (const double factor : factors) runs.values.push_back(ratio <= factor * (1 + 1e-12) ? 1 : 0);
      panel.series.push_back(mean_series(runs, factors));
    }
    page.chart.panels.push_back(std::move(panel));
  }
  if (page.chart.panels.empty()) return page;
  page.chart.x_label = "loss / lowest loss on the problem";
  page.chart.y_label = "share of problems";
  page.chart.log_x = true;
  finish_shares(page, figure, experiments, styles);
  page.caption = fmt::format(
      "Performance profile at step {}: the share of {} on which the loss is at most so many times the lowest "
      "that "
      "any of the optimizers reached on that problem, with 95 % bootstrap bands; at 1, how often it is the "
      "lowest.",
      last, seeds_text(problems));
  return page;
}

FigurePage reached_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles) {
  FigurePage page;
  std::set<std::size_t> counts;
  const std::vector<const Experiment*> experiments = experiments_of(input, figure);
  for (const Experiment* experiment : experiments) {
    const auto groups = by_optimizer(*experiment, styles);
    if (groups.empty()) continue;
    int last = 0;
    for (const auto& group : groups)
      for (const Curve* curve : group) last = std::max(last, last_step(figure, *curve));
    Panel panel;
    panel.title = title_of(*experiment);
    panel.x_high = last;
    std::vector<double> steps;
    for (int t = 0; t <= last; ++t) steps.push_back(t);
    for (const auto& group : groups) {
      Runs runs{label_of(*group.front()), styles.of(group.front()->optimizer), steps.size(), {}};
      for (const Curve* curve : group) {
        for (std::size_t seed = 0; seed < curve->seeds.size(); ++seed) {
          const double start = figure.normalise ? curve->loss(seed, 0) : 1;
          bool reached = false;
          for (int t = 0; t <= last; ++t) {
            if (t <= curve->horizon)
              reached = reached || curve->loss(seed, static_cast<std::size_t>(t)) <= figure.target * start;
            runs.values.push_back(reached ? 1 : 0);
          }
        }
      }
      counts.insert(runs.values.size() / runs.columns);
      panel.series.push_back(mean_series(runs, steps));
    }
    page.chart.panels.push_back(std::move(panel));
  }
  if (page.chart.panels.empty()) return page;
  page.chart.x_label = "step";
  page.chart.y_label = "share of runs";
  finish_shares(page, figure, experiments, styles);
  page.caption = fmt::format(
      "The share of runs ({}) that have reached a loss of {:g}{} at a step or before, with 95 % bootstrap "
      "bands.",
      seeds_text(counts), figure.target, figure.normalise ? " times the initial one" : "");
  return page;
}

}  // namespace l2l::reports
