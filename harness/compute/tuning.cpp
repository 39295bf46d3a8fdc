#include "harness/compute/tuning.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "harness/compute/trajectories.hpp"

namespace l2l {

std::vector<double> log_grid(double low, double high, std::size_t points) {
  L2L_CHECK(low > 0 && high >= low && points >= 1, "low={} high={} points={}", low, high, points);
  std::vector<double> grid(points, low);
  for (std::size_t i = 1; i < points; ++i) {
    grid[i] = low * std::pow(high / low, static_cast<double>(i) / static_cast<double>(points - 1));
  }
  return grid;
}

TuningResult tune(const OptimizeeFamily& family, const TuningRequest& request,
                  const std::function<void(double fraction)>& progress,
                  const std::function<void()>& check_stop) {
  TuningResult result;
  result.rates = log_grid(request.low, request.high, request.points);
  result.losses.resize(request.points);
  std::atomic<std::size_t> done = 0;
  parallel_for(request.points, [&](std::size_t i) {
    Hyperparameters hyperparameters = request.hyperparameters;
    hyperparameters[request.rule->tuned] = result.rates[i];
    const xt::xtensor<float, 2> losses = sample_trajectories(
        family, Role::tune, 0, request.instances, request.horizon,
        [&] { return request.rule->make<float>(hyperparameters); }, check_stop);
    result.losses[i] = mean_final_loss(losses);
    progress(static_cast<double>(++done) / static_cast<double>(request.points));
  });
  result.best = static_cast<std::size_t>(std::min_element(result.losses.begin(), result.losses.end()) -
                                         result.losses.begin());
  return result;
}

}  // namespace l2l
