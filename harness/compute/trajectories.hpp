// Runs an optimizer on sampled functions and records f(theta_0) ... f(theta_T).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include <xtensor/xtensor.hpp>

#include "harness/compute/function_batch.hpp"
#include "optimizers/optimizer.hpp"

namespace l2l {

/// The last steps of a trajectory whose mean is "the final loss" of tuning and validation: one minibatch
/// is noisier than the differences that are looked for.
inline constexpr std::size_t kFinalSteps = 5;

template <class Real>
using OptimizerFactory = std::function<std::unique_ptr<Optimizer<Real>>()>;

/// One trajectory per function of the batch, f(theta_0) ... f(theta_T). A function whose loss is no longer
/// finite is recorded as +inf from there on; it does not disturb the others. Where the optimizer looks ahead,
/// f is recorded at theta_t, not at the look-ahead point.
/// @return (functions, horizon + 1)
template <class Real>
xt::xtensor<Real, 2> record_trajectories(FunctionBatch<Real>& functions, Optimizer<Real>& optimizer,
                                         std::size_t horizon);

/// Trajectories of functions first .. first + count - 1 of a role, in parallel.
/// @param check_stop called between pieces of work; may throw
/// @return (count, horizon + 1)
xt::xtensor<float, 2> sample_trajectories(const OptimizeeFamily& family, Role role, std::uint64_t first,
                                          std::size_t count, std::size_t horizon,
                                          const OptimizerFactory<float>& make_optimizer,
                                          const std::function<void()>& check_stop);

/// `sum` and every loss from first_step on, functions one after the other.
/// @param losses  (functions, horizon + 1)
double add_losses(const xt::xtensor<float, 2>& losses, std::size_t first_step, double sum);

/// sum / count, +inf where that is not finite.
double finite_mean(double sum, std::size_t count);

/// Mean over functions of the mean loss over the last kFinalSteps steps; +inf where any has diverged.
/// @param losses  (functions, horizon + 1)
double mean_final_loss(const xt::xtensor<float, 2>& losses);

}  // namespace l2l
