#include "harness/plan/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "harness/suite/matrices.hpp"
#include "optimizees/kinds.hpp"
#include "optimizers/architectures.hpp"
#include "optimizers/rule.hpp"

namespace l2l {
namespace {

constexpr double kTrainingFactor = 4;   // forward, forward again in cache, and a backward of twice that
constexpr double kFunctionsAtOnce = 8;  // a job with idle cores around it runs functions side by side

/// FLOP of one coordinate's forward step on functions of n coordinates.
double architecture_flop(const ArchitectureSpec& spec, double n) {
  return architecture_row(spec.kind).flop(spec, n);
}

/// Of one coordinate and step of a rule on functions of this shape.
RuleCost cost_of(const BaselineSpec& baseline, const OptimizeeShape& shape) {
  const Rule* rule = find_rule(baseline.rule);
  L2L_CHECK(rule != nullptr, "rule={}", baseline.rule);
  return rule->mean_cost(baseline.hyperparameters, static_cast<double>(shape.dimension()),
                         matrices_of(shape.groups));
}

/// The same of any optimizer.
RuleCost cost_of(const OptimizerSpec& optimizer, const OptimizeeShape& shape) {
  if (!optimizer.learned) return cost_of(*optimizer.baseline, shape);
  const ArchitectureSpec& architecture = optimizer.learned->architecture;
  return {architecture_flop(architecture, static_cast<double>(shape.dimension())),
          state_bytes(architecture, shape.dimension())};
}

OptimizeeShape shape_of(const OptimizeeSpec& spec) {
  return optimizee_kind(spec.kind).shape(spec.settings);
}

/// One value_and_gradient, in FLOP that take as long as all others.
double gradient_flop(const OptimizeeShape& shape) {
  return shape.flop_weight * shape.gradient_flop;
}

/// Working memory of trajectories of `functions` functions: theta, gradient, update and the optimizer's
/// state.
double trajectory_bytes(const OptimizeeShape& shape, double state, double functions) {
  return std::min(functions, kFunctionsAtOnce) * (static_cast<double>(shape.function_bytes) +
                                                  static_cast<double>(shape.dimension()) * (state + 4.0 * 3));
}

std::size_t whole(double bytes) {
  return static_cast<std::size_t>(std::ceil(bytes));
}

}  // namespace

std::size_t coordinates_of(const OptimizeeSpec& spec) {
  return shape_of(spec).dimension();
}

Estimate estimate_tune(const OptimizeeSpec& optimizee, const BaselineSpec& baseline, int horizon) {
  const OptimizeeShape shape = shape_of(optimizee);
  const auto n = static_cast<double>(shape.dimension());
  const TuningSpec& tuning = baseline.tuning;
  const double steps = tuning.target.last(horizon);
  const RuleCost cost = cost_of(baseline, shape);
  return {trajectories_of(tuning) * steps * (gradient_flop(shape) + cost.flop * n),
          whole(trajectory_bytes(shape, cost.state_bytes, tuning.instances) +
                4.0 * tuning.instances * (steps + 1.0))};
}

Estimate estimate_meta_train(const OptimizeeSpec& optimizee, const LearnedSpec& learned, int epochs) {
  const OptimizeeShape shape = shape_of(optimizee);
  const std::size_t coordinates = shape.dimension();
  const auto n = static_cast<double>(coordinates);
  const MetaTrainingSpec& training = learned.training;
  const double forward = architecture_flop(learned.architecture, n) * n, gradient = gradient_flop(shape);
  const double hessian = training.second_derivatives ? gradient : 0;  // times a vector, once a step
  const double trained = static_cast<double>(training.horizons_per_epoch) * training.instances;
  const double per_epoch = trained * (gradient + hessian + kTrainingFactor * forward) +
                           static_cast<double>(training.validation_instances) * (gradient + forward);
  const double per_coordinate =
      training_bytes(learned.architecture, coordinates, static_cast<std::size_t>(training.unroll),
                     training.second_derivatives ? DashedEdges::kept : DashedEdges::dropped);
  return {per_epoch * training.horizon * epochs,
          whole(training.instances * (static_cast<double>(shape.function_bytes) + n * per_coordinate) +
                trajectory_bytes(shape, state_bytes(learned.architecture, coordinates),
                                 training.validation_instances) +
                8.0 * 4 * static_cast<double>(phi_size(learned.architecture)))};
}

Estimate estimate_select(const ArchitectureSpec& architecture, std::size_t candidates) {
  return {0, phi_size(architecture) * sizeof(float) * candidates};
}

Estimate estimate_evaluate(const OptimizeeSpec& optimizee, const OptimizerSpec& optimizer, int horizon,
                           std::uint64_t seeds) {
  const OptimizeeShape shape = shape_of(optimizee);
  const auto n = static_cast<double>(shape.dimension());
  const RuleCost cost = cost_of(optimizer, shape);
  return {static_cast<double>(seeds) * horizon * (gradient_flop(shape) + cost.flop * n),
          whole(trajectory_bytes(shape, cost.state_bytes, static_cast<double>(seeds)) +
                4.0 * static_cast<double>(seeds) * (horizon + 1.0))};
}

double step_flop(const OptimizeeSpec& optimizee, const OptimizerSpec& optimizer) {
  const OptimizeeShape shape = shape_of(optimizee);
  return shape.gradient_flop + cost_of(optimizer, shape).flop * static_cast<double>(shape.dimension());
}

void check_memory(const Suite& suite, std::size_t budget) {
  const auto check = [&](const Cell& cell, const OptimizeeSpec& optimizee, std::size_t functions, int steps) {
    try {
      check_memory(cell.optimizer.learned->architecture, functions, coordinates_of(optimizee),
                   static_cast<std::size_t>(steps), static_cast<double>(budget));
    } catch (const Error& error) {
      throw Error(ErrorCode::suite, Where{suite.path},
                  fmt::format("optimizer '{}' on optimizee '{}': {}", cell.optimizer.name, optimizee.name,
                              error.message()),
                  error.hint());
    }
  };
  for (const ExperimentSpec& experiment : suite.experiments) {
    for (const Cell& cell : experiment.cells) {
      if (!cell.optimizer.learned) continue;
      const LearnedSpec& learned = *cell.optimizer.learned;
      check(cell, cell.optimizee, 1, 0);
      if (!learned.phi_file)
        check(cell, cell.trained_on, static_cast<std::size_t>(learned.training.instances),
              learned.training.unroll);
    }
  }
}

}  // namespace l2l
