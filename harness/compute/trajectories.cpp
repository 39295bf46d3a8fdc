#include "harness/compute/trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <xtensor/xnoalias.hpp>
#include <xtensor/xview.hpp>

#include "core/parallel.hpp"
#include "harness/suite/matrices.hpp"

namespace l2l {
namespace {

/// Small functions are stepped together: about as many coordinates as keep the optimizer's blocks full
/// and its state in cache.
constexpr std::size_t kCoordinatesPerBatch = 1920;

/// +inf from the first loss of a trajectory that is not finite.
template <class Real>
void settle_divergence(xt::xtensor<Real, 2>& losses) {
  for (std::size_t i = 0; i < losses.shape(0); ++i) {
    bool diverged = false;
    for (std::size_t t = 0; t < losses.shape(1); ++t) {
      diverged = diverged || !std::isfinite(losses(i, t));
      if (diverged) losses(i, t) = std::numeric_limits<Real>::infinity();
    }
  }
}

}  // namespace

template <class Real>
xt::xtensor<Real, 2> record_trajectories(FunctionBatch<Real>& functions, Optimizer<Real>& optimizer,
                                         std::size_t horizon) {
  // What is not reached, because nothing is finite any more, stays +inf.
  xt::xtensor<Real, 2> losses({functions.count(), horizon + 1}, std::numeric_limits<Real>::infinity());
  const std::size_t n = functions.size();
  std::vector<Real> theta(n), gradient(n), point(optimizer.looks_ahead() ? n : 0), at_step(functions.count());
  functions.initial_theta(theta);
  optimizer.set_matrices(matrices_of(functions.groups()));
  optimizer.start_batch(functions.count(), functions.dimension());
  const auto record = [&](std::size_t t) {
    for (std::size_t i = 0; i < functions.count(); ++i) losses(i, t) = at_step[i];
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
  settle_divergence(losses);
  return losses;
}

template xt::xtensor<float, 2> record_trajectories(FunctionBatch<float>&, Optimizer<float>&, std::size_t);
template xt::xtensor<double, 2> record_trajectories(FunctionBatch<double>&, Optimizer<double>&, std::size_t);

xt::xtensor<float, 2> sample_trajectories(const OptimizeeFamily& family, Role role, std::uint64_t first,
                                          std::size_t count, std::size_t horizon,
                                          const OptimizerFactory<float>& make_optimizer,
                                          const std::function<void()>& check_stop) {
  xt::xtensor<float, 2> losses({count, horizon + 1});
  const std::size_t per_batch = std::max<std::size_t>(1, kCoordinatesPerBatch / family.dimension());
  parallel_for((count + per_batch - 1) / per_batch, [&](std::size_t piece) {
    check_stop();
    const std::size_t begin = piece * per_batch;
    const std::size_t size = std::min(per_batch, count - begin);
    FunctionBatch<float> functions = sample_batch(family, role, first + begin, size);
    const auto optimizer = make_optimizer();
    xt::noalias(xt::view(losses, xt::range(begin, begin + size), xt::all())) =
        record_trajectories<float>(functions, *optimizer, horizon);
  });
  return losses;
}

double add_losses(const xt::xtensor<float, 2>& losses, std::size_t first_step, double sum) {
  // One by one, and not by a reducer of xtensor, which adds up each row first: a stored tuning has these
  // bits.
  for (std::size_t i = 0; i < losses.shape(0); ++i)
    for (std::size_t t = first_step; t < losses.shape(1); ++t) sum += losses(i, t);
  return sum;
}

double finite_mean(double sum, std::size_t count) {
  const double mean = sum / static_cast<double>(count);
  return std::isfinite(mean) ? mean : std::numeric_limits<double>::infinity();
}

double mean_final_loss(const xt::xtensor<float, 2>& losses) {
  const std::size_t length = losses.shape(1), steps = std::min(kFinalSteps, length);
  return finite_mean(add_losses(losses, length - steps, 0), losses.shape(0) * steps);
}

}  // namespace l2l
