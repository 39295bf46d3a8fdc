// Figures over single runs in place of means: performance profiles, and the share of runs that reach a
// target.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <xtensor/xmath.hpp>

#include "reports/figures/cost_axis.hpp"
#include "reports/figures/parts.hpp"
#include "reports/results/report_input.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

constexpr double kMostAboveLowest = 100;  // of the x range of a profile
constexpr int kFactors = 120;             // on it

/// A line at xs: the share of runs, one optimizer's on all seeds of all points of an experiment, for which
/// each holds, with its 95 % interval.
/// @param holds  (runs, xs), 1 or 0
Series share_series(const Curve& curve, const StyleBook& styles, const xt::xtensor<double, 2>& holds,
                    const std::vector<double>& xs) {
  Series series{label_of(curve), styles.of(curve.optimizer), Drawing::line, {}};
  const std::vector<Interval> intervals = bootstrap_intervals(holds, kReportConfidence);
  const xt::xtensor<double, 1> shares = xt::mean<double>(holds, {0});
  for (std::size_t c = 0; c < xs.size(); ++c) {
    const bool interval = !std::isnan(intervals[c].low);
    series.points.push_back({xs[c], shares(c), interval ? intervals[c].low : shares(c),
                             interval ? intervals[c].high : shares(c)});
  }
  return series;
}

std::size_t runs_of(const std::vector<const Curve*>& group) {
  std::size_t runs = 0;
  for (const Curve* curve : group) runs += curve->seeds.size();
  return runs;
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

/// 0 to `end` in `count` steps.
std::vector<double> evenly(double end, int count) {
  std::vector<double> xs;
  for (int i = 0; i <= count; ++i) xs.push_back(end * i / count);
  return xs;
}

/// Adds to a row of `reached` the share of replicas that have reached the figure's target on a seed at each
/// x.
void add_reached(const Curve& curve, std::size_t seed, const Figure& figure, double per_step,
                 const std::vector<double>& xs, xt::xtensor<double, 2>& reached, std::size_t row) {
  const std::size_t length = curve.losses.shape(2);
  for (std::size_t r = 0; r < curve.replicas(); ++r) {
    const double target = figure.target * (figure.normalise ? curve.losses(r, seed, 0) : 1);
    std::size_t t = 0;
    while (t < length && !(curve.losses(r, seed, t) <= target)) ++t;
    if (t == length) continue;
    for (std::size_t x = 0; x < xs.size(); ++x)
      if (xs[x] >= static_cast<double>(t) * per_step * (1 - 1e-12))
        reached(row, x) += 1.0 / static_cast<double>(curve.replicas());
  }
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
        const std::vector<double> losses = losses_at(*curve, last_step(figure, *curve));
        for (std::size_t seed = 0; seed < losses.size(); ++seed)
          visit(problem_of(*curve, seed), losses[seed]);
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
      xt::xtensor<double, 2> within({ratios[g].size(), factors.size()});
      for (std::size_t run = 0; run < ratios[g].size(); ++run)
        for (std::size_t c = 0; c < factors.size(); ++c)
          within(run, c) = ratios[g][run] <= factors[c] * (1 + 1e-12) ? 1 : 0;
      panel.series.push_back(share_series(*groups[g].front(), styles, within, factors));
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
  CostAxis axis(figure.x);
  const std::vector<const Experiment*> experiments = experiments_of(input, figure);
  for (const Experiment* experiment : experiments) {
    const auto groups = by_optimizer(*experiment, styles);
    if (groups.empty()) continue;
    int last = 0;
    for (const auto& group : groups)
      for (const Curve* curve : group) last = std::max(last, last_step(figure, *curve));
    Panel panel;
    panel.title = title_of(*experiment);
    panel.x_high = 0;
    for (const auto& group : groups) {
      std::vector<double> per_step;  // of each curve
      double end = figure.x == Cost::steps ? last : 0;
      for (const Curve* curve : group) {
        per_step.push_back(axis.of_step(*curve).value_or(0));
        end = std::max(end, per_step.back() * last_step(figure, *curve));
      }
      if (std::count(per_step.begin(), per_step.end(), 0.0) > 0) continue;
      const std::vector<double> xs = evenly(end, last);
      xt::xtensor<double, 2> reached({runs_of(group), xs.size()}, 0.0);
      std::size_t run = 0;
      for (std::size_t c = 0; c < group.size(); ++c) {
        for (std::size_t seed = 0; seed < group[c]->seeds.size(); ++seed, ++run)
          add_reached(*group[c], seed, figure, per_step[c], xs, reached, run);
      }
      counts.insert(run);
      panel.x_high = std::max(panel.x_high, end);
      panel.series.push_back(share_series(*group.front(), styles, reached, xs));
    }
    if (panel.series.empty()) continue;
    page.chart.panels.push_back(std::move(panel));
  }
  if (page.chart.panels.empty()) return page;
  axis.finish(page.chart);
  page.chart.y_label = "share of runs";
  finish_shares(page, figure, experiments, styles);
  page.caption = fmt::format(
      "The share of runs ({}) that have reached a loss of {:g}{} at a {} or before, with 95 % bootstrap "
      "bands.{}",
      seeds_text(counts), figure.target, figure.normalise ? " times the initial one" : "",
      figure.x == Cost::steps ? "step" : "cost", axis.caption());
  return page;
}

}  // namespace l2l::reports
