#include "harness/compute/tuning.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "harness/compute/trajectories.hpp"

namespace l2l {
namespace {

constexpr double kWider = 10;  // times as far, one widening of the grid

}  // namespace

std::vector<double> log_grid(double low, double high, std::size_t points) {
  L2L_CHECK(low > 0 && high >= low && points >= 1, "low={} high={} points={}", low, high, points);
  std::vector<double> grid(points, low);
  for (std::size_t i = 1; i < points; ++i) {
    grid[i] = low * std::pow(high / low, static_cast<double>(i) / static_cast<double>(points - 1));
  }
  return grid;
}

std::vector<double> further_rates(const std::vector<double>& grid, bool above, double highest) {
  const double from = above ? grid.back() : grid.front();
  const double step =
      grid.size() < 2 ? kWider
                      : std::pow(grid.back() / grid.front(), 1.0 / (static_cast<double>(grid.size()) - 1));
  // As many as the grid itself would have: a hair less than a whole number of its steps is that number.
  const int points = static_cast<int>(std::ceil(std::log(kWider) / std::log(step) - 1e-6));
  std::vector<double> rates;
  for (int i = 1; i <= points; ++i) {
    const double rate = from * std::pow(kWider, (above ? 1.0 : -1.0) * i / points);
    if (rate <= highest) rates.push_back(rate);
  }
  if (!above) std::reverse(rates.begin(), rates.end());
  return rates;
}

namespace {

/// First step of the target; of its last one on all trajectories are computed.
std::size_t first_step(const TuningRequest& request) {
  const auto last = static_cast<std::size_t>(request.tuning.target.last(static_cast<int>(request.horizon)));
  const auto& given = request.tuning.target.first_step;
  return given ? static_cast<std::size_t>(*given) : last + 1 - std::min(kFinalSteps, last + 1);
}

std::size_t last_step(const TuningRequest& request) {
  return static_cast<std::size_t>(request.tuning.target.last(static_cast<int>(request.horizon)));
}

}  // namespace

std::size_t target_steps(const TuningRequest& request) {
  return last_step(request) - first_step(request) + 1;
}

double add_target_losses(const OptimizeeFamily& family, const TuningRequest& request, const TunedRule& rule,
                         std::uint64_t first, std::size_t count, double before,
                         const std::function<void()>& check_stop) {
  const xt::xtensor<float, 2> losses = sample_trajectories(
      family, Role::tune, first, count, last_step(request), [&] { return rule.make(request.horizon); },
      check_stop);
  return add_losses(losses, first_step(request), before);
}

TuningResult tune(const OptimizeeFamily& family, const TuningRequest& request,
                  const std::function<void(double fraction)>& progress,
                  const std::function<void()>& check_stop) {
  const TuningSpec& grid = request.tuning;
  const Rule& rule = *request.baseline.rule;
  const auto instances = static_cast<std::size_t>(grid.instances);
  TuningResult result;
  std::atomic<std::size_t> done = 0;
  const auto losses_at = [&](const std::vector<double>& rates) {
    std::vector<double> losses(rates.size());
    const std::size_t total = done + rates.size();
    parallel_for(rates.size(), [&](std::size_t i) {
      TunedRule tried = request.baseline;
      tried.hyperparameters[rule.tuned] = rates[i];
      const double sum = add_target_losses(family, request, tried, 0, instances, 0, check_stop);
      losses[i] = finite_mean(sum, instances * target_steps(request));
      progress(static_cast<double>(++done) / static_cast<double>(total));
    });
    return losses;
  };
  const auto choose = [&] {
    result.best = static_cast<std::size_t>(std::min_element(result.losses.begin(), result.losses.end()) -
                                           result.losses.begin());
  };
  result.rates = log_grid(grid.low, grid.high, static_cast<std::size_t>(grid.points));
  result.losses = losses_at(result.rates);
  choose();
  // Where every rate diverges the best is the smallest: it goes on below.
  for (int times = 0; times < grid.widen && result.at_edge(); ++times) {
    const bool above = result.best != 0;
    const std::vector<double> rates = further_rates(result.rates, above, rule.bounds.at(rule.tuned).high);
    if (rates.empty()) break;
    const std::vector<double> losses = losses_at(rates);
    result.rates.insert(above ? result.rates.end() : result.rates.begin(), rates.begin(), rates.end());
    result.losses.insert(above ? result.losses.end() : result.losses.begin(), losses.begin(), losses.end());
    choose();
  }
  return result;
}

}  // namespace l2l
