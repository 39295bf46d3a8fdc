#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "reports/csv_tables.hpp"
#include "reports/format.hpp"
#include "reports/page_sections.hpp"
#include "reports/points.hpp"

namespace l2l::reports {
namespace {

constexpr std::size_t kMostOpenTables = 4;  // of an experiment; a larger sweep folds them away

std::string cell(const Summary& summary, bool best) {
  const std::string text = mean_and_error(summary);
  return best ? "**" + text + "**" : text;
}

/// Index of the lowest finite mean, or npos.
std::size_t best_of(const std::vector<const Summary*>& summaries) {
  std::size_t best = std::string::npos;
  for (std::size_t i = 0; i < summaries.size(); ++i) {
    if (summaries[i] == nullptr || !std::isfinite(summaries[i]->mean)) continue;
    if (best == std::string::npos || summaries[i]->mean < summaries[best]->mean) best = i;
  }
  return best;
}

bool at_edge(const Curve& curve) {
  if (!curve.learning_rate || curve.tune_rates.size() < 2) return false;
  const auto [low, high] = std::minmax_element(curve.tune_rates.begin(), curve.tune_rates.end());
  return *curve.learning_rate == *low || *curve.learning_rate == *high;
}

std::string rate_text(const Curve& curve) {
  if (curve.learned) return "learned";
  if (!curve.learning_rate) return "–";
  return setting_text(*curve.learning_rate) + (at_edge(curve) ? " ⚠" : "");
}

std::vector<const Curve*> table_order(const SweepPoint& point, const StyleBook& styles) {
  std::vector<const Curve*> curves;
  for (const std::string& optimizer : styles.order()) {
    for (const Curve* curve : point.curves) {
      if (curve->optimizer == optimizer) curves.push_back(curve);
    }
  }
  return curves;
}

std::string header(const std::vector<std::string>& titles) {
  std::string line = "|", rule = "|";
  for (std::size_t i = 0; i < titles.size(); ++i) {
    line += " " + titles[i] + " |";
    rule += i == 0 ? "---|" : "---:|";
  }
  return line + "\n" + rule + "\n";
}

std::string point_table(const SweepPoint& point, const StyleBook& styles, SummaryCache& cache) {
  const std::vector<const Curve*> curves = table_order(point, styles);
  int horizon = 0;
  for (const Curve* curve : curves) horizon = std::max(horizon, curve->horizon);
  const std::vector<int> steps = summary_steps(horizon);
  std::vector<std::string> titles = {"Optimizer"};
  for (const int step : steps) titles.push_back(fmt::format("step {}", step));
  titles.insert(titles.end(), {"seeds", "learning rate"});

  std::vector<std::size_t> best;
  std::vector<std::vector<const Summary*>> columns;
  for (const int step : steps) {
    std::vector<const Summary*>& column = columns.emplace_back();
    for (const Curve* curve : curves) {
      const bool there = !curve->seeds.empty() && step <= curve->horizon;
      column.push_back(there ? &cache.steps(*curve)[static_cast<std::size_t>(step)] : nullptr);
    }
    best.push_back(best_of(column));
  }
  std::string text = header(titles);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    text += fmt::format("| {} |", markdown_text(label_of(*curves[i])));
    for (std::size_t s = 0; s < steps.size(); ++s) {
      text += fmt::format(" {} |", columns[s][i] == nullptr ? "–" : cell(*columns[s][i], best[s] == i));
    }
    text += fmt::format(" {}{} | {} |\n", curves[i]->seeds.size(), curves[i]->complete ? "" : " (incomplete)",
                        rate_text(*curves[i]));
  }
  return text + "\n";
}

/// The last step of every point: points down, optimizers across.
std::string overview_table(const std::vector<SweepPoint>& points, const StyleBook& styles,
                           SummaryCache& cache) {
  std::vector<std::string> optimizers, titles = {"Mean loss at the last step"};
  for (const std::string& optimizer : styles.order()) {
    for (const Curve& curve : points.front().experiment->curves) {
      if (curve.optimizer != optimizer) continue;
      optimizers.push_back(optimizer);
      titles.push_back(markdown_text(label_of(curve)));
      break;
    }
  }
  std::string text = header(titles);
  for (const SweepPoint& point : points) {
    std::vector<const Summary*> row;
    for (const std::string& optimizer : optimizers) {
      const auto found = std::find_if(point.curves.begin(), point.curves.end(),
                                      [&](const Curve* curve) { return curve->optimizer == optimizer; });
      const bool there = found != point.curves.end() && !(*found)->seeds.empty();
      row.push_back(there ? &cache.steps(**found).back() : nullptr);
    }
    const std::size_t best = best_of(row);
    text += fmt::format("| {} |", markdown_text(point_label(point, points)));
    for (std::size_t i = 0; i < row.size(); ++i)
      text += fmt::format(" {} |", row[i] == nullptr ? "–" : cell(*row[i], best == i));
    text += "\n";
  }
  return text + "\n";
}

std::string edge_warning(const Experiment& experiment) {
  std::set<std::string> labels;
  for (const Curve& curve : experiment.curves) {
    if (at_edge(curve)) labels.insert(label_of(curve));
  }
  if (labels.empty()) return "";
  return fmt::format(
      "> ⚠ The best learning rate of {} lies at the edge of its grid: a wider grid may do better.\n\n",
      fmt::join(labels, ", "));
}

}  // namespace

std::string results_section(const std::vector<Experiment>& experiments, const StyleBook& styles,
                            SummaryCache& cache) {
  std::string text;
  for (const Experiment& experiment : experiments) {
    const std::vector<SweepPoint> points = sweep_points(experiment);
    if (points.empty()) continue;
    text += fmt::format("### {}\n\n", markdown_text(title_of(experiment)));
    const bool fold = points.size() > kMostOpenTables;
    if (fold) {
      text += overview_table(points, styles, cache);
      text += fmt::format("<details>\n<summary>All steps of the {} points</summary>\n\n", points.size());
    }
    for (const SweepPoint& point : points) {
      if (points.size() > 1) text += fmt::format("**{}**\n\n", markdown_text(point_label(point, points)));
      text += point_table(point, styles, cache);
    }
    if (fold) text += "</details>\n\n";
    text += edge_warning(experiment);
  }
  if (text.empty()) return "";
  return "## Results\n\nMean loss ± standard error over seeds, the best of each step in bold.\n\n" + text;
}

}  // namespace l2l::reports
