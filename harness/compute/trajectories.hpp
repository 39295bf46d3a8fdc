// Runs an optimizer on sampled functions and records f(theta_0) ... f(theta_T).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "harness/compute/function_batch.hpp"
#include "optimizers/optimizer.hpp"

namespace l2l {

/// The last steps of a trajectory whose mean is "the final loss" of tuning and validation: one minibatch
/// is noisier than the differences that are looked for.
inline constexpr std::size_t kFinalSteps = 5;

template <class Real>
using OptimizerFactory = std::function<std::unique_ptr<Optimizer<Real>>()>;

/// Records one trajectory per function of the batch: losses[function][t], t = 0..horizon. A function
/// whose loss is no longer finite is recorded as +inf from there on; it does not disturb the others.
/// Where the optimizer looks ahead, f is recorded at theta_t, not at the look-ahead point.
template <class Real>
void record_trajectories(FunctionBatch<Real>& functions, Optimizer<Real>& optimizer, std::size_t horizon,
                         std::span<Real> losses);

/// Trajectories of functions first .. first + count - 1 of a role, [count][horizon + 1], in parallel.
/// @param check_stop called between pieces of work; may throw
std::vector<float> sample_trajectories(const OptimizeeFamily& family, Role role, std::uint64_t first,
                                       std::size_t count, std::size_t horizon,
                                       const OptimizerFactory<float>& make_optimizer,
                                       const std::function<void()>& check_stop);

/// Mean over functions of the mean loss over the last kFinalSteps steps; +inf where any has diverged.
double mean_final_loss(std::span<const float> losses, std::size_t horizon);

}  // namespace l2l
