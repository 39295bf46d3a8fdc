// Axes: what each changes in a cell, and the sweep of an experiment.
#include <algorithm>

#include "harness/suite/bind.hpp"
#include "harness/suite/fields.hpp"
#include "harness/suite/matrices.hpp"
#include "harness/suite/optimizer_axes.hpp"
#include "harness/suite/resolve.hpp"
#include "optimizees/kinds.hpp"

namespace l2l::suite {
namespace {

using Point = std::vector<Entry>;  // one value per axis

constexpr std::size_t kMostJobs = 100'000;  // of an experiment: more are planned for longer than they run

/// All points of `axes:` (their product, the last axis fastest) or of `points:`; else one empty point.
std::vector<Point> points_of(const Value& experiment) {
  std::vector<Point> points;
  if (const Value* listed = experiment.find("points"); listed != nullptr) {
    for (const Value& point : listed->items) points.push_back(point.entries);
    return points;
  }
  points.push_back({});
  const Value* axes_given = experiment.find("axes");
  if (axes_given == nullptr) return points;
  for (const Entry& axis : axes_given->entries) {
    if (points.size() * axis.value.items.size() > kMostJobs)
      fail(axis.where, fmt::format("the product of the axes has more than {} points", kMostJobs));
    std::vector<Point> product;
    for (const Point& point : points)
      for (const Value& value : axis.value.items) {
        product.push_back(point);
        product.back().push_back({axis.key, axis.where, value});
      }
    points = std::move(product);
  }
  return points;
}

bool is_trained_here(const Cell& cell) {
  return cell.optimizer.learned && !cell.optimizer.learned->phi_file;
}

void move_optimizee(Cell& cell, const std::string& axis, std::string_view name, const Value& value) {
  OptimizeeSpec& optimizee = cell.optimizee;
  const OptimizeeKind& kind = optimizee_kind(optimizee.kind);
  const std::vector<Field>& axes = kind.axes();
  if (std::none_of(axes.begin(), axes.end(), [&](const Field& field) { return field.name == name; }))
    fail(value.where, fmt::format("experiment '{}': the axis '{}' does not apply to optimizee '{}', a {}",
                                  cell.experiment, axis, optimizee.name, optimizee.kind));
  if (const auto refusal = kind.apply_axis(optimizee.settings, name, plain_json(value)))
    fail(value.where,
         fmt::format("experiment '{}': optimizee '{}' {}", cell.experiment, optimizee.name, *refusal));
}

/// What only shows when the axes are applied.
void refuse_global_cells_beyond_hidden(const Cell& cell, const Where& where) {
  const ArchitectureSpec& architecture = cell.optimizer.learned->architecture;
  if (architecture.globals() <= static_cast<std::size_t>(architecture.lstm.hidden)) return;
  fail(where,
       fmt::format("experiment '{}': {} global_cells of optimizer '{}' are more than its {} hidden units",
                   cell.experiment, architecture.global_cells, cell.optimizer.name, architecture.lstm.hidden),
       "set global_cells to a part of `hidden`: a quarter is the default's share");
}

constexpr std::string_view kOptimizer = "optimizer.";

/// Sets one axis of a cell. Axes of `optimizer.` leave those alone that do not have the field.
void apply_axis(Cell& cell, const std::string& axis, const Value& value) {
  constexpr std::string_view kOptimizee = "optimizee.";
  if (axis.starts_with(kOptimizee)) {
    move_optimizee(cell, axis, axis.substr(kOptimizee.size()), value);
  } else if (axis.starts_with(kOptimizer)) {
    const std::string_view name = std::string_view(axis).substr(kOptimizer.size());
    if (has_axis(cell.optimizer, name)) move_optimizer(cell.optimizer, name, value);
  } else {
    fields<Cell>().axis(axis)->set(&cell, plain_json(value));
  }
}

void apply_point(Cell& cell, const Point& point, const Where& experiment) {
  for (const Entry& axis : point) {
    apply_axis(cell, axis.key, axis.value);
    cell.coordinates[axis.key] = coordinate(plain_json(axis.value));
  }
  if (!is_trained_here(cell)) return;
  refuse_global_cells_beyond_hidden(cell, point.empty() ? experiment : point.back().where);
  const MetaTrainingSpec& training = cell.optimizer.learned->training;
  if (training.unroll > training.horizon)
    fail(point.back().where,
         fmt::format("experiment '{}': the unroll of optimizer '{}' ({}) is more than its horizon ({}) here",
                     cell.experiment, cell.optimizer.name, training.unroll, training.horizon));
  if (const auto complaint = training.weights.complaint(training.horizon))
    fail(point.back().where,
         fmt::format("experiment '{}': optimizer '{}' has {} here", cell.experiment, cell.optimizer.name,
                     *complaint),
         MetaLossWeights::kHint);
}

/// Rules that treat matrices as such have nothing to do where there is none.
void refuse_vectors_only(const Cell& cell, const Where& where) {
  if (!cell.optimizer.baseline) return;
  const Rule& rule = *find_rule(cell.optimizer.baseline->rule);
  const OptimizeeSpec& optimizee = cell.optimizee;
  if (rule.matrix_cost == nullptr ||
      !matrices_of(optimizee_kind(optimizee.kind).shape(optimizee.settings).groups).empty())
    return;
  fail(where,
       fmt::format("experiment '{}': {} (optimizer '{}') is for parameters that are matrices, and optimizee "
                   "'{}', a {}, has none",
                   cell.experiment, rule.label, cell.optimizer.name, optimizee.name, optimizee.kind),
       "without matrices it would be AdamW: take `kind: adamw` there");
}

/// An axis of optimizers needs one that it touches.
void refuse_idle_axes(const std::vector<Point>& points, const ExperimentSpec& experiment) {
  for (const Point& point : points)
    for (const Entry& axis : point) {
      if (!axis.key.starts_with(kOptimizer)) continue;
      const std::string_view name = std::string_view(axis.key).substr(kOptimizer.size());
      if (std::none_of(experiment.cells.begin(), experiment.cells.end(),
                       [&](const Cell& cell) { return has_axis(cell.optimizer, name); }))
        fail(axis.where,
             fmt::format("experiment '{}': the axis '{}' touches none of its optimizers", experiment.name,
                         axis.key),
             "none has that field, or tuning finds it");
    }
}

/// What is tuned for must be within what is computed.
void refuse_targets_beyond_horizon(const ExperimentSpec& experiment, const Where& where) {
  for (const Cell& cell : experiment.cells) {
    if (!cell.optimizer.baseline || !cell.optimizer.baseline->tune) continue;
    const TuningTarget& target = cell.optimizer.baseline->tuning.target;
    const int last = target.last(cell.tune_horizon);
    if (std::max(last, target.first_step.value_or(0)) > cell.tune_horizon)
      fail(where,
           fmt::format("experiment '{}': the tuning target of optimizer '{}' is beyond the {} steps that it "
                       "is tuned for",
                       experiment.name, cell.optimizer.name, cell.tune_horizon),
           "lower tune.target, or raise the horizon");
  }
}

void refuse_too_many_jobs(const Value& value, const ExperimentSpec& experiment) {
  std::uint64_t jobs = 0;
  for (const Cell& cell : experiment.cells) {
    const int replicas = cell.optimizer.learned ? cell.optimizer.learned->training.replicas : 1;
    jobs += static_cast<std::uint64_t>(replicas) * ((cell.seeds - 1) / cell.seeds_per_job + 1);
  }
  if (jobs > kMostJobs)
    fail(value.at("seeds").where,
         fmt::format("experiment '{}': {} jobs to evaluate, more than {}", experiment.name, jobs, kMostJobs),
         "raise seeds.per_job, or take fewer seeds");
}

}  // namespace

ExperimentSpec bind_experiment(const Value& value, const Suite& suite) {
  ExperimentSpec experiment;
  experiment.name = value.at("name").text;
  experiment.title = value.at("title").text.empty() ? experiment.name : value.at("title").text;
  const std::vector<Point> points = points_of(value);
  const Cell common = fields<Cell>().read(plain_json(value));
  const bool tuned_elsewhere = value.find("tune_horizon") != nullptr;
  for (const Value& optimizee : value.at("optimizees").items) {
    for (const Point& point : points) {
      for (const Value& optimizer : value.at("optimizers").items) {
        Cell cell = common;
        cell.optimizee = resolve(suite.optimizees, optimizee, "optimizee");
        cell.optimizer = resolve(suite.optimizers, optimizer, "optimizer");
        apply_point(cell, point, value.where);
        refuse_vectors_only(cell, optimizer.where);
        if (!tuned_elsewhere) cell.tune_horizon = cell.horizon;
        if (is_trained_here(cell))
          for (const OptimizeeSpec& spec : suite.optimizees)
            if (spec.name == cell.optimizer.learned->training.optimizee) cell.trained_on = spec;
        experiment.cells.push_back(std::move(cell));
      }
    }
  }
  refuse_idle_axes(points, experiment);
  refuse_targets_beyond_horizon(experiment, value.where);
  refuse_too_many_jobs(value, experiment);
  return experiment;
}

}  // namespace l2l::suite
