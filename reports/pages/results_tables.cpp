#include "reports/pages/results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/digest.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/results/points.hpp"
#include "reports/statistics/statistics.hpp"
#include "reports/text/format.hpp"

namespace l2l::reports {
namespace {

Cell mean_cell(const Summary* summary, bool best) {
  if (summary == nullptr) return "–";
  Cell cell(mean_and_error(*summary), best);
  cell.order = summary->mean;
  return cell;
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

bool has_replicas(const Curve* curve) {
  return curve->replicas() > 1;
}

Cell seeds_cell(const Curve& curve) {
  Cell cell(fmt::format("{}{}{}", has_replicas(&curve) ? fmt::format("{} × ", curve.replicas()) : "",
                        curve.seeds.size(), curve.complete ? "" : " (incomplete)"));
  cell.order = static_cast<double>(curve.seeds.size());
  return cell;
}

/// Of the mean loss at a step, to two significant digits.
Cell between_cell(const Curve& curve, int step) {
  if (curve.replicas() < 2 || curve.seeds.empty() || step > curve.horizon) return "–";
  const double deviation = between_replicas(curve)[static_cast<std::size_t>(step)];
  Cell cell(significant(deviation, 2));
  if (!std::isnan(deviation)) cell.order = deviation;
  return cell;
}

Cell rate_cell(const Curve& curve) {
  if (curve.learned) return "learned";
  if (curve.no_rate_works) return Cell(fmt::format("{} ⚠", kNoRateWorks));
  if (!curve.learning_rate) return "–";
  Cell cell(setting_text(*curve.learning_rate) + (curve.edge_of_grid ? " ⚠" : ""));
  cell.order = *curve.learning_rate;
  return cell;
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

Table point_table(const SweepPoint& point, const StyleBook& styles, SummaryCache& cache) {
  const std::vector<const Curve*> curves = table_order(point, styles);
  int horizon = 0;
  for (const Curve* curve : curves) horizon = std::max(horizon, curve->horizon);
  const std::vector<int> steps = summary_steps(horizon);

  Table table;
  table.columns.push_back({"Optimizer"});
  for (const Curve* curve : curves) {
    std::vector<Cell>& row = table.rows.emplace_back();
    row.emplace_back(label_of(*curve));
    row.back().link = fmt::format("#{}", trace_id(*curve));
  }
  for (const int step : steps) {
    table.columns.push_back({fmt::format("step {}", step), true});
    std::vector<const Summary*> column;
    for (const Curve* curve : curves) {
      const bool there = !curve->seeds.empty() && step <= curve->horizon;
      column.push_back(there ? &cache.steps(*curve)[static_cast<std::size_t>(step)] : nullptr);
    }
    const std::size_t best = best_of(column);
    for (std::size_t i = 0; i < curves.size(); ++i) table.rows[i].push_back(mean_cell(column[i], best == i));
  }
  const bool replicas = std::any_of(curves.begin(), curves.end(), has_replicas);
  if (replicas) table.columns.push_back({"± between trainings", true});
  table.columns.push_back({"seeds", true});
  table.columns.push_back({"learning rate", true});
  const bool settings =
      std::any_of(curves.begin(), curves.end(), [](const Curve* curve) { return !curve->settings.empty(); });
  if (settings) table.columns.push_back({"settings"});
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (replicas) table.rows[i].push_back(between_cell(*curves[i], steps.back()));
    table.rows[i].push_back(seeds_cell(*curves[i]));
    table.rows[i].push_back(rate_cell(*curves[i]));
    if (settings) table.rows[i].emplace_back(curves[i]->settings.empty() ? "–" : curves[i]->settings);
  }
  return table;
}

Table overview_table(const std::vector<SweepPoint>& points, const StyleBook& styles, SummaryCache& cache) {
  Table table;
  table.columns.push_back({"Mean loss at the last step"});
  std::vector<std::string> optimizers;
  for (const std::string& optimizer : styles.order()) {
    for (const Curve& curve : points.front().experiment->curves) {
      if (curve.optimizer != optimizer) continue;
      optimizers.push_back(optimizer);
      table.columns.push_back({label_of(curve), true});
      break;
    }
  }
  for (const SweepPoint& point : points) {
    std::vector<const Summary*> summaries;
    std::vector<Cell>& row = table.rows.emplace_back();
    row.emplace_back(point_label(point, points));
    for (const std::string& optimizer : optimizers) {
      const auto found = std::find_if(point.curves.begin(), point.curves.end(),
                                      [&](const Curve* curve) { return curve->optimizer == optimizer; });
      const bool there = found != point.curves.end() && !(*found)->seeds.empty();
      summaries.push_back(there ? &cache.steps(**found).back() : nullptr);
    }
    const std::size_t best = best_of(summaries);
    for (std::size_t i = 0; i < summaries.size(); ++i) row.push_back(mean_cell(summaries[i], best == i));
  }
  return table;
}

/// "ADAM, SGD": labels of the curves that are so.
template <class Predicate>
std::string labels_where(const Experiment& experiment, Predicate predicate) {
  std::set<std::string> labels;
  for (const Curve& curve : experiment.curves)
    if (predicate(curve)) labels.insert(label_of(curve));
  return fmt::format("{}", fmt::join(labels, ", "));
}

std::vector<std::string> tuning_warnings(const Experiment& experiment) {
  std::vector<std::string> warnings;
  const std::string none = labels_where(experiment, [](const Curve& curve) { return curve.no_rate_works; });
  if (!none.empty())
    warnings.push_back(fmt::format(
        "No rate works for {}: at every one that was tried a tuning problem diverged. What is shown of it is "
        "the smallest rate, and a claim against it is inconclusive.",
        none));
  const std::string edge = labels_where(experiment, [](const Curve& curve) { return curve.edge_of_grid; });
  if (!edge.empty())
    warnings.push_back(fmt::format(
        "The best learning rate of {} lies at the edge of its grid: a wider grid may do better.", edge));
  return warnings;
}

}  // namespace

std::vector<ExperimentTables> results_tables(const std::vector<Experiment>& experiments,
                                             const StyleBook& styles, SummaryCache& cache) {
  std::vector<ExperimentTables> all;
  for (const Experiment& experiment : experiments) {
    const std::vector<SweepPoint> points = sweep_points(experiment);
    if (points.empty()) continue;
    ExperimentTables& tables = all.emplace_back();
    tables.name = experiment.name;
    tables.title = title_of(experiment);
    if (points.size() > kMostOpenTables) tables.overview = overview_table(points, styles, cache);
    for (const SweepPoint& point : points) {
      tables.points.push_back(
          {points.size() > 1 ? point_label(point, points) : "", point_table(point, styles, cache)});
    }
    tables.warnings = tuning_warnings(experiment);
    tables.replicas = std::any_of(experiment.curves.begin(), experiment.curves.end(),
                                  [](const Curve& curve) { return has_replicas(&curve); });
  }
  return all;
}

std::string replicas_note(const std::vector<ExperimentTables>& experiments) {
  const bool any = std::any_of(experiments.begin(), experiments.end(),
                               [](const ExperimentTables& tables) { return tables.replicas; });
  return any ? "Of an optimizer that was trained several times over, the loss of a seed is the mean over its "
               "trainings; ± between trainings is the standard deviation, over them, of the mean loss at the "
               "last step."
             : "";
}

Table meta_training_table(const std::vector<MetaTraining>& meta_trainings) {
  Table table;
  table.columns = {{"Optimizer"},    {"Trained on"},           {"Learning rate", true},
                   {"Epochs", true}, {"Selected epoch", true}, {"Validation loss", true},
                   {"Time", true}};
  const auto number = [](std::string text, double order) {
    Cell cell(std::move(text));
    cell.order = order;
    return cell;
  };
  for (const MetaTraining& training : meta_trainings) {
    const auto selected = static_cast<std::size_t>(training.selected_epoch);
    const std::size_t epochs = training.validation_losses.size();
    const bool known = selected >= 1 && selected <= epochs;
    std::vector<Cell>& row = table.rows.emplace_back();
    row.emplace_back(name_of(training));
    row.back().link = fmt::format("#{}", trace_id(training));
    row.emplace_back(optimizee_label_of(training));
    row.push_back(number(setting_text(training.learning_rate), training.learning_rate));
    row.push_back(number(fmt::format("{}", epochs), static_cast<double>(epochs)));
    row.push_back(known ? number(fmt::format("{}", selected), training.selected_epoch) : "–");
    const double loss = known ? training.validation_losses[selected - 1] : 0;
    row.push_back(known ? number(significant(loss, 4), loss) : "–");
    row.push_back(training.seconds > 0 ? number(duration_text(training.seconds), training.seconds) : "–");
  }
  return table;
}

std::string trace_id(const Curve& curve) {
  std::string identity = fmt::format("{}\n{}\n{}", curve.experiment, curve.optimizee, curve.optimizer);
  for (const auto& [axis, value] : curve.coordinates) identity += fmt::format("\n{}\n{}", axis, value);
  return "from-" + sha256_hex(identity).substr(0, 16);
}

std::string trace_id(const MetaTraining& training) {
  return "from-" + training.key.substr(0, 16);
}

}  // namespace l2l::reports
