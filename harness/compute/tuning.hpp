// Finds a baseline's learning rate on an optimizee: a log-spaced grid on problems of the role `tune`.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/compute/tuned_rule.hpp"
#include "harness/suite/tuning_spec.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

struct TuningRequest {
  TunedRule baseline;  ///< what is tuned of it is overridden
  std::size_t horizon = 100;
  TuningSpec tuning;
};

struct TuningResult {
  std::vector<double> rates;   ///< the grid, ascending
  std::vector<double> losses;  ///< the target's loss at each rate; +inf where any problem diverged
  std::size_t best = 0;        ///< index of the lowest loss (the smaller rate on a tie)

  bool at_edge() const { return best == 0 || best + 1 == rates.size(); }
};

/// points values from low to high, both included, evenly spaced in the logarithm.
std::vector<double> log_grid(double low, double high, std::size_t points);

/// The rates, ascending, by which a grid goes on by a factor of 10 in steps that are at most its own: below
/// its first rate, or above its last one up to `highest`. Empty where nothing is left.
std::vector<double> further_rates(const std::vector<double>& grid, bool above, double highest);

/// The sum of the losses that the target compares, over problems first .. first + count - 1 of the role
/// `tune`, added to `before`: as if all problems had been computed together. Divide by as many problems
/// times target_steps().
double add_target_losses(const OptimizeeFamily& family, const TuningRequest& request, const TunedRule& rule,
                         std::uint64_t first, std::size_t count, double before,
                         const std::function<void()>& check_stop);
std::size_t target_steps(const TuningRequest& request);

/// Over the grid of request.tuning.
TuningResult tune(const OptimizeeFamily& family, const TuningRequest& request,
                  const std::function<void(double fraction)>& progress,
                  const std::function<void()>& check_stop);

}  // namespace l2l
