// Figures every report has: what meta-training and tuning did.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "reports/charts/range.hpp"
#include "reports/figures/figures.hpp"
#include "reports/results/points.hpp"

namespace l2l::reports {
namespace {

constexpr double kMostAboveBest = 30;   // of the y range of meta-training: the first epochs may be far off
constexpr double kMostAboveIdle = 1.5;  // of the y range of tuning, over the loss at the smallest rate
constexpr std::size_t kMostPanels = 12;

ChartPoint plain_point(double x, double y) {
  return {x, y, y, y};
}

Series loss_series(const std::string& label, const Style& style, const std::vector<double>& losses) {
  Series series{label, style, Drawing::line, {}};
  for (std::size_t i = 0; i < losses.size(); ++i) {
    series.points.push_back(plain_point(static_cast<double>(i + 1), losses[i]));
  }
  return series;
}

/// Infinity where a tuning run diverged or gave nothing.
double tuned_loss(double loss) {
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

/// The panel of that title, or nullptr.
Panel* panel_of(Chart& chart, const std::string& title) {
  const auto found = std::find_if(chart.panels.begin(), chart.panels.end(),
                                  [&](const Panel& panel) { return panel.title == title; });
  return found == chart.panels.end() ? nullptr : &*found;
}

/// The curves of a meta-training and its selected epoch. Lines of replicas are thin, and only those of the
/// first one have a label.
void add_training(Panel& panel, const MetaTraining& training) {
  Style train{"#f5b26b", "", 1.4, 7}, validation{kLearnedColor, "", 2.4, 7};
  const Style chosen{"#111111", "", 1.4, 6}, selected_rule{"#aaaaaa", "(2.5,3)", 1, 7};
  if (training.replicas > 1) train.width = 0.8, validation.width = 1.2;
  const auto label = [&](const char* text) { return panel.series.empty() ? text : ""; };
  const std::array labels = {label("training"), label("validation"), label("selected")};
  const auto selected = static_cast<std::size_t>(training.selected_epoch);
  const bool marked = selected >= 1 && selected <= training.validation_losses.size();
  if (marked) {
    panel.series.push_back(
        {"", selected_rule, Drawing::rule, {plain_point(static_cast<double>(selected), 0)}});
  }
  panel.series.push_back(loss_series(labels[0], train, training.train_losses));
  panel.series.push_back(loss_series(labels[1], validation, training.validation_losses));
  if (marked) {
    panel.series.push_back(
        {labels[2],
         chosen,
         Drawing::spot,
         {plain_point(static_cast<double>(selected), training.validation_losses[selected - 1])}});
  }
}

}  // namespace

std::vector<FigurePage> meta_training_figures(const std::vector<MetaTraining>& meta_trainings) {
  std::vector<FigurePage> pages;
  std::set<std::string> optimizees;
  for (const MetaTraining& training : meta_trainings) optimizees.insert(training.optimizee);
  for (const std::string& optimizee : optimizees) {
    FigurePage page;
    ChartRange range;
    std::string label = optimizee;
    std::size_t replicas = 1;
    for (const MetaTraining& training : meta_trainings) {
      if (training.optimizee != optimizee || training.validation_losses.size() < 2) continue;
      if (!training.optimizee_label.empty()) label = training.optimizee_label;
      replicas = std::max(replicas, training.replicas);
      Panel* panel = training.replica > 0 ? panel_of(page.chart, label_of(training)) : nullptr;
      if (panel == nullptr) {
        panel = &page.chart.panels.emplace_back();
        panel->title = label_of(training);
        panel->x_low = panel->x_high = 1;
      }
      panel->x_high = std::max(panel->x_high, static_cast<double>(training.validation_losses.size()));
      add_training(*panel, training);
      double best = std::numeric_limits<double>::infinity();
      for (const auto* losses : {&training.train_losses, &training.validation_losses}) {
        for (const double loss : *losses) {
          range.add(loss);
          if (loss < best) best = loss;
        }
      }
      range.raise_cap(kMostAboveBest * best);
    }
    if (page.chart.panels.empty()) continue;
    page.chart.name = "meta-training-" + optimizee;
    page.chart.title = "Meta-training on " + label;
    if (page.chart.panels.size() == 1) {
      page.chart.title = fmt::format("{}, trained on {}", page.chart.panels.front().title, label);
      page.chart.panels.front().title.clear();
    }
    page.chart.x_label = "epoch";
    page.chart.y_label = "loss";
    page.chart.log_y = true;
    std::tie(page.chart.y_low, page.chart.y_high) = range.with_air(true);
    page.chart.legend = {"training", "validation", "selected"};
    page.caption =
        "Training loss (mean over all steps of a horizon) and validation loss (end of the horizon, fresh "
        "problems) over epochs; the optimizer is kept as it was at the selected epoch.";
    if (replicas > 1) page.caption += " Independent trainings of one optimizer share a panel.";
    pages.push_back(std::move(page));
  }
  return pages;
}

std::vector<FigurePage> tuning_figures(const std::vector<Experiment>& experiments, const StyleBook& styles) {
  std::vector<FigurePage> pages;
  for (const Experiment& experiment : experiments) {
    FigurePage page;
    ChartRange range;
    std::set<std::string> labels, without;
    bool trials_shown = false;
    const std::vector<SweepPoint> points = sweep_points(experiment);
    for (const SweepPoint& point : points) {
      if (page.chart.panels.size() == kMostPanels) break;
      Panel panel;
      panel.title = point_label(point, points);
      panel.x_low = std::numeric_limits<double>::infinity();
      panel.x_high = 0;
      std::vector<Series> spots;
      double tried_low = panel.x_low, tried_high = 0;  // where no rate works
      for (const Curve* curve : point.curves) {
        if (curve->tune_rates.size() < 2) continue;
        const auto [low, high] = std::minmax_element(curve->tune_rates.begin(), curve->tune_rates.end());
        if (*low == *high) continue;  // a random search over other hyperparameters
        if (curve->no_rate_works) {
          without.insert(label_of(*curve));
          tried_low = std::min(tried_low, *low);
          tried_high = std::max(tried_high, *high);
          continue;
        }
        panel.x_low = std::min(panel.x_low, *low);
        panel.x_high = std::max(panel.x_high, *high);
        const bool trials = !curve->tune_settings.empty();
        Series series{
            label_of(*curve), styles.of(curve->optimizer), trials ? Drawing::markers : Drawing::line, {}};
        Style spot = series.style;
        spot.marker = 7;
        for (std::size_t i = 0; i < curve->tune_rates.size(); ++i) {
          const double rate = curve->tune_rates[i], loss = tuned_loss(curve->tune_losses[i]);
          series.points.push_back(plain_point(rate, loss));
          range.add(loss);
          if (is_chosen(*curve, i)) spots.push_back({"", spot, Drawing::spot, {plain_point(rate, loss)}});
        }
        if (trials)
          std::sort(series.points.begin(), series.points.end(),
                    [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; });
        range.raise_cap(kMostAboveIdle * series.points.front().y);
        labels.insert(series.label);
        trials_shown = trials_shown || trials;
        panel.series.push_back(std::move(series));
      }
      if (panel.series.empty()) {
        if (tried_high == 0) continue;
        panel.note = kNoRateWorks;
        panel.x_low = tried_low;
        panel.x_high = tried_high;
      }
      std::move(spots.begin(), spots.end(), std::back_inserter(panel.series));
      page.chart.panels.push_back(std::move(panel));
    }
    if (page.chart.panels.empty()) continue;
    page.chart.name = "learning-rates-" + experiment.name;
    page.chart.title = "Tuning: " + title_of(experiment);
    page.chart.x_label = "learning rate";
    page.chart.y_label = "final loss";
    page.chart.log_x = true;
    std::tie(page.chart.y_low, page.chart.y_high) = range.with_air(true);
    for (const Curve& curve : experiment.curves) {
      if (labels.erase(label_of(curve)) > 0) page.chart.legend.push_back(label_of(curve));
    }
    page.caption =
        "Final loss on the tuning problems over the learning rate; the dot is the rate that was chosen.";
    if (trials_shown)
      page.caption +=
          " Marks without a line are trials of a random search, which differ in more than the rate.";
    if (!without.empty())
      page.caption +=
          fmt::format(" No rate works for {}: every one that was tried diverged.", fmt::join(without, ", "));
    pages.push_back(std::move(page));
  }
  return pages;
}

}  // namespace l2l::reports
