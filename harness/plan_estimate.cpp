#include "harness/plan_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace l2l {
namespace {

constexpr double kRuleFlop = 12;        // per coordinate and step: ADAM's, the dearest
constexpr double kRuleState = 4 * 3;    // bytes per coordinate of the same
constexpr double kTranscendental = 20;  // one tanh or sigmoid in the kernels
constexpr double kTrainingFactor = 4;   // forward, forward again in cache, and a backward of twice that
constexpr double kFunctionsAtOnce = 8;  // a job with idle cores around it runs functions side by side
constexpr double kMnistPixels = 784, kMnistClasses = 10;

/// FLOP of one coordinate's forward step through all layers and the read-out.
double lstm_flop(const LstmSpec& spec) {
  const double hidden = spec.hidden;
  double flop = 2 * hidden;
  for (int layer = 0; layer < spec.layers; ++layer) {
    const double inputs = layer == 0 ? spec.inputs() : hidden;
    flop += 8 * hidden * (inputs + hidden) + 5 * kTranscendental * hidden;
  }
  return flop;
}

/// FLOP of one value_and_gradient.
double gradient_flop(const OptimizeeSpec& spec) {
  if (spec.kind == OptimizeeKind::quadratic) return 4.0 * spec.dimension * spec.dimension;
  return 6.0 * static_cast<double>(coordinates_of(spec)) * spec.batch;
}

/// Bytes one sampled function holds: W and y, or a minibatch and the activations and their gradients.
double function_bytes(const OptimizeeSpec& spec) {
  if (spec.kind == OptimizeeKind::quadratic) return 4.0 * (spec.dimension + 3.0) * spec.dimension;
  double units = kMnistPixels + 2 * kMnistClasses;
  for (const int hidden : spec.hidden) units += 2.0 * hidden;
  return 4.0 * spec.batch * units;
}

/// h and c of every layer.
double state_bytes(const LstmSpec& spec) {
  return 4.0 * 2 * spec.layers * spec.hidden;
}

/// Working memory of trajectories of `functions` functions: theta, gradient, update and the optimizer's
/// state.
double trajectory_bytes(const OptimizeeSpec& spec, double state, double functions) {
  const auto n = static_cast<double>(coordinates_of(spec));
  return std::min(functions, kFunctionsAtOnce) * (function_bytes(spec) + n * (state + 4.0 * 3));
}

std::size_t whole(double bytes) {
  return static_cast<std::size_t>(std::ceil(bytes));
}

}  // namespace

std::size_t coordinates_of(const OptimizeeSpec& spec) {
  if (spec.kind == OptimizeeKind::quadratic) return static_cast<std::size_t>(spec.dimension);
  std::size_t count = 0;
  auto inputs = static_cast<std::size_t>(kMnistPixels);
  for (const int units : spec.hidden) {
    count += (inputs + 1) * static_cast<std::size_t>(units);
    inputs = static_cast<std::size_t>(units);
  }
  return count + (inputs + 1) * static_cast<std::size_t>(kMnistClasses);
}

Estimate estimate_tune(const OptimizeeSpec& optimizee, const BaselineSpec& baseline, int horizon) {
  const auto n = static_cast<double>(coordinates_of(optimizee));
  const double runs = static_cast<double>(baseline.tune_points) * baseline.tune_instances;
  return {runs * horizon * (gradient_flop(optimizee) + kRuleFlop * n),
          whole(trajectory_bytes(optimizee, kRuleState, baseline.tune_instances) +
                4.0 * baseline.tune_instances * (horizon + 1.0))};
}

Estimate estimate_meta_train(const OptimizeeSpec& optimizee, const LearnedSpec& learned, int epochs) {
  const auto n = static_cast<double>(coordinates_of(optimizee));
  const MetaTrainingSpec& training = learned.training;
  const double forward = lstm_flop(learned.lstm) * n, gradient = gradient_flop(optimizee);
  const double trained = static_cast<double>(training.horizons_per_epoch) * training.instances;
  const double per_epoch = trained * (gradient + kTrainingFactor * forward) +
                           static_cast<double>(training.validation_instances) * (gradient + forward);
  const double per_coordinate = state_bytes(learned.lstm) * 2 + 4.0 * (training.unroll + 4);
  return {per_epoch * training.horizon * epochs,
          whole(training.instances * (function_bytes(optimizee) + n * per_coordinate) +
                trajectory_bytes(optimizee, state_bytes(learned.lstm), training.validation_instances) +
                8.0 * 4 * static_cast<double>(phi_size(learned.lstm)))};
}

Estimate estimate_select(const LstmSpec& lstm, std::size_t candidates) {
  return {0, phi_size(lstm) * sizeof(float) * candidates};
}

Estimate estimate_evaluate(const OptimizeeSpec& optimizee, const LstmSpec* lstm, int horizon,
                           std::uint64_t seeds) {
  const auto n = static_cast<double>(coordinates_of(optimizee));
  const double step = lstm == nullptr ? kRuleFlop : lstm_flop(*lstm);
  const double state = lstm == nullptr ? kRuleState : state_bytes(*lstm);
  return {static_cast<double>(seeds) * horizon * (gradient_flop(optimizee) + step * n),
          whole(trajectory_bytes(optimizee, state, static_cast<double>(seeds)) +
                4.0 * static_cast<double>(seeds) * (horizon + 1.0))};
}

}  // namespace l2l
