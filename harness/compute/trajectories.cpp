#include "harness/compute/trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"

namespace l2l {
namespace {

/// Small functions are stepped together: about as many coordinates as keep the optimizer's blocks full
/// and its state in cache.
constexpr std::size_t kCoordinatesPerBatch = 1920;

template <class Real>
void settle_divergence(std::span<Real> trajectory) {
  const auto bad =
      std::find_if(trajectory.begin(), trajectory.end(), [](Real x) { return !std::isfinite(x); });
  std::fill(bad, trajectory.end(), std::numeric_limits<Real>::infinity());
}

}  // namespace

template <class Real>
void record_trajectories(FunctionBatch<Real>& functions, Optimizer<Real>& optimizer, std::size_t horizon,
                         std::span<Real> losses) {
  const std::size_t n = functions.size();
  std::vector<Real> theta(n), gradient(n), point(optimizer.looks_ahead() ? n : 0), at_step(functions.count());
  functions.initial_theta(theta);
  optimizer.start_batch(functions.count(), functions.dimension());
  const auto record = [&](std::size_t t) {
    for (std::size_t i = 0; i < functions.count(); ++i) losses[i * (horizon + 1) + t] = at_step[i];
    return std::any_of(at_step.begin(), at_step.end(), [](Real x) { return std::isfinite(x); });
  };
  bool alive = true;
  for (std::size_t t = 0; t < horizon && alive; ++t) {
    if (optimizer.looks_ahead()) {
      functions.values(theta, t, at_step);
      alive = record(t);
      optimizer.gradient_point(theta, point);
      functions.values_and_gradients(point, t, at_step, gradient);
    } else {
      functions.values_and_gradients(theta, t, at_step, gradient);
      alive = record(t);
    }
    optimizer.step(gradient, theta);
  }
  if (alive) {
    functions.values(theta, horizon, at_step);
    record(horizon);
  }
  for (std::size_t i = 0; i < functions.count(); ++i)
    settle_divergence(losses.subspan(i * (horizon + 1), horizon + 1));
}

template void record_trajectories(FunctionBatch<float>&, Optimizer<float>&, std::size_t, std::span<float>);
template void record_trajectories(FunctionBatch<double>&, Optimizer<double>&, std::size_t, std::span<double>);

std::vector<float> sample_trajectories(const OptimizeeFamily& family, Role role, std::uint64_t first,
                                       std::size_t count, std::size_t horizon,
                                       const OptimizerFactory<float>& make_optimizer,
                                       const std::function<void()>& check_stop) {
  std::vector<float> losses(count * (horizon + 1));
  const std::size_t per_batch = std::max<std::size_t>(1, kCoordinatesPerBatch / family.dimension());
  parallel_for((count + per_batch - 1) / per_batch, [&](std::size_t piece) {
    check_stop();
    const std::size_t begin = piece * per_batch;
    const std::size_t size = std::min(per_batch, count - begin);
    FunctionBatch<float> functions = sample_batch(family, role, first + begin, size);
    const auto optimizer = make_optimizer();
    record_trajectories<float>(functions, *optimizer, horizon,
                               std::span(losses).subspan(begin * (horizon + 1), size * (horizon + 1)));
  });
  return losses;
}

double mean_final_loss(std::span<const float> losses, std::size_t horizon) {
  const std::size_t length = horizon + 1;
  const std::size_t steps = std::min(kFinalSteps, length);
  double sum = 0;
  for (std::size_t begin = 0; begin < losses.size(); begin += length) {
    for (std::size_t t = length - steps; t < length; ++t) sum += losses[begin + t];
  }
  const double mean = sum / static_cast<double>(losses.size() / length * steps);
  return std::isfinite(mean) ? mean : std::numeric_limits<double>::infinity();
}

}  // namespace l2l
