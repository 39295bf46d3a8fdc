// Axes: what each changes in a cell, and the sweep of an experiment.
#include <algorithm>

#include "harness/suite/resolve.hpp"
#include "harness/suite/spec_names.hpp"

namespace l2l::suite {
namespace {

using Point = std::vector<Entry>;  // one value per axis

constexpr std::size_t kMostJobs = 100'000;  // of an experiment: more are planned for longer than they run

void require_kind(const Cell& cell, OptimizeeKind kind, const std::string& axis, const Value& value) {
  if (cell.optimizee.kind != kind)
    fail(value.where, fmt::format("experiment '{}': the axis '{}' does not apply to optimizee '{}', a {}",
                                  cell.experiment, axis, cell.optimizee.name, name_of(cell.optimizee.kind)));
}

void set_hidden_layers(Cell& cell, const Value& value) {
  std::vector<int>& hidden = cell.optimizee.hidden;
  if (std::count(hidden.begin(), hidden.end(), hidden.front()) != static_cast<std::ptrdiff_t>(hidden.size()))
    fail(value.where,
         fmt::format("experiment '{}': optimizee '{}' has hidden layers of different sizes, so their "
                     "number cannot be an axis",
                     cell.experiment, cell.optimizee.name));
  hidden = std::vector<int>(static_cast<std::size_t>(value.integer), hidden.front());
}

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

Cell base_cell(const Value& experiment) {
  Cell cell;
  cell.experiment = experiment.at("name").text;
  cell.horizon = static_cast<int>(experiment.at("horizon").integer);
  const Value& seeds = experiment.at("seeds");
  if (seeds.is(Value::Kind::map)) {
    cell.seeds = static_cast<std::uint64_t>(seeds.at("count").integer);
    cell.first_seed = static_cast<std::uint64_t>(seeds.at("first").integer);
    cell.seeds_per_job = static_cast<std::uint64_t>(seeds.at("per_job").integer);
  } else {
    cell.seeds = static_cast<std::uint64_t>(seeds.integer);
    cell.seeds_per_job = kDefaultSeedsPerJob;
  }
  return cell;
}

/// Whether axes of `optimizer.` touch it: baselines and trained files are as they are.
bool is_trained_here(const Cell& cell) {
  return cell.optimizer.learned && !cell.optimizer.learned->phi_file;
}

/// A label that only names the architecture follows it.
void set_architecture(OptimizerSpec& optimizer, Architecture kind) {
  Architecture& present = optimizer.learned->architecture.kind;
  if (optimizer.label == label_of(present)) optimizer.label = label_of(kind);
  present = kind;
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

void apply_point(Cell& cell, const Point& point, const Where& experiment) {
  for (const Entry& axis : point) {
    apply_axis(cell, axis.key, axis.value);
    cell.coordinates[axis.key] = coordinate(axis.value);
  }
  if (!is_trained_here(cell)) return;
  refuse_global_cells_beyond_hidden(cell, point.empty() ? experiment : point.back().where);
  const MetaTrainingSpec& training = cell.optimizer.learned->training;
  if (training.unroll > training.horizon)
    fail(point.back().where,
         fmt::format("experiment '{}': the unroll of optimizer '{}' ({}) is more than its horizon ({}) here",
                     cell.experiment, cell.optimizer.name, training.unroll, training.horizon));
}

/// An axis of optimizers needs one that it touches.
void refuse_idle_axes(const std::vector<Point>& points, const ExperimentSpec& experiment) {
  if (std::any_of(experiment.cells.begin(), experiment.cells.end(), is_trained_here)) return;
  for (const Point& point : points)
    for (const Entry& axis : point)
      if (axis.key.starts_with("optimizer."))
        fail(axis.where,
             fmt::format("experiment '{}': the axis '{}' touches none of its optimizers: none is learned",
                         experiment.name, axis.key));
}

void refuse_too_many_jobs(const Value& value, const ExperimentSpec& experiment) {
  std::uint64_t jobs = 0;
  for (const Cell& cell : experiment.cells) jobs += (cell.seeds - 1) / cell.seeds_per_job + 1;
  if (jobs > kMostJobs)
    fail(value.at("seeds").where,
         fmt::format("experiment '{}': {} jobs to evaluate, more than {}", experiment.name, jobs, kMostJobs),
         "raise seeds.per_job, or take fewer seeds");
}

}  // namespace

std::string coordinate(const Value& value) {
  if (value.is(Value::Kind::integer)) return fmt::format("{}", value.integer);
  if (value.is(Value::Kind::number)) return fmt::format("{}", value.number);
  return value.text;
}

void apply_axis(Cell& cell, const std::string& axis, const Value& value) {
  const int integer = static_cast<int>(value.integer);
  OptimizeeSpec& optimizee = cell.optimizee;
  if (axis == "horizon") {
    cell.horizon = integer;
  } else if (axis == "optimizee.init_stddev") {
    optimizee.init_stddev = value.number;
  } else if (axis == "optimizee.dimension") {
    require_kind(cell, OptimizeeKind::quadratic, axis, value);
    optimizee.dimension = integer;
  } else if (axis == "optimizee.distribution") {
    require_kind(cell, OptimizeeKind::quadratic, axis, value);
    optimizee.distribution = value_of<QuadraticDistribution>(value.text);
  } else if (axis == "optimizee.condition") {
    require_kind(cell, OptimizeeKind::quadratic, axis, value);
    if (optimizee.distribution != QuadraticDistribution::spectrum)
      fail(value.where,
           fmt::format("experiment '{}': the axis '{}' needs `distribution: spectrum`, optimizee '{}' is {}",
                       cell.experiment, axis, optimizee.name, name_of(optimizee.distribution)));
    optimizee.condition = value.number;
  } else if (axis == "optimizee.batch" && optimizee.kind == OptimizeeKind::convnet) {
    optimizee.batch = integer;
  } else if (axis.starts_with("optimizee.")) {
    require_kind(cell, OptimizeeKind::mlp, axis, value);
    if (axis == "optimizee.hidden_units")
      std::fill(optimizee.hidden.begin(), optimizee.hidden.end(), integer);
    else if (axis == "optimizee.hidden_layers")
      set_hidden_layers(cell, value);
    else if (axis == "optimizee.activation")
      optimizee.activation = value_of<Activation>(value.text);
    else if (axis == "optimizee.batch")
      optimizee.batch = integer;
    else
      L2L_CHECK(false, "axis {}", axis);
  } else if (is_trained_here(cell)) {
    LearnedSpec& learned = *cell.optimizer.learned;
    ArchitectureSpec& architecture = learned.architecture;
    if (axis == "optimizer.architecture")
      set_architecture(cell.optimizer, value_of<Architecture>(value.text));
    else if (axis == "optimizer.hidden")
      architecture.lstm.hidden = integer;
    else if (axis == "optimizer.layers")
      architecture.lstm.layers = integer;
    else if (axis == "optimizer.global_cells")
      architecture.global_cells = integer;
    else if (axis == "optimizer.read_heads")
      architecture.read_heads = integer;
    else if (axis == "optimizer.write_heads")
      architecture.write_heads = integer;
    else if (axis == "optimizer.memory_init")
      architecture.memory_init = value.number;
    else if (axis == "optimizer.head_init")
      architecture.head_init = value.number;
    else if (axis == "optimizer.history")
      architecture.history = integer;
    else if (axis == "optimizer.trained_horizon")
      learned.training.horizon = integer;
    else if (axis == "optimizer.unroll")
      learned.training.unroll = integer;
    else
      L2L_CHECK(false, "axis {}", axis);
  }
}

ExperimentSpec bind_experiment(const Value& value, const Suite& suite) {
  ExperimentSpec experiment;
  experiment.name = value.at("name").text;
  experiment.title = value.at("title").text.empty() ? experiment.name : value.at("title").text;
  const std::vector<Point> points = points_of(value);
  const Value* tune_horizon = value.find("tune_horizon");
  for (const Value& optimizee : value.at("optimizees").items) {
    for (const Point& point : points) {
      for (const Value& optimizer : value.at("optimizers").items) {
        Cell cell = base_cell(value);
        cell.optimizee = resolve(suite.optimizees, optimizee, "optimizee");
        cell.optimizer = resolve(suite.optimizers, optimizer, "optimizer");
        apply_point(cell, point, value.where);
        cell.tune_horizon = tune_horizon == nullptr ? cell.horizon : static_cast<int>(tune_horizon->integer);
        if (is_trained_here(cell))
          for (const OptimizeeSpec& spec : suite.optimizees)
            if (spec.name == cell.optimizer.learned->training.optimizee) cell.trained_on = spec;
        experiment.cells.push_back(std::move(cell));
      }
    }
  }
  refuse_idle_axes(points, experiment);
  refuse_too_many_jobs(value, experiment);
  return experiment;
}

}  // namespace l2l::suite
