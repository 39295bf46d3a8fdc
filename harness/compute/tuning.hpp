// Finds a baseline's learning rate on an optimizee: a log-spaced grid on problems of the role `tune`.
#pragma once

#include <functional>
#include <vector>

#include "optimizees/optimizee.hpp"
#include "optimizers/rule.hpp"

namespace l2l {

struct TuningRequest {
  const Rule* rule = nullptr;
  Hyperparameters hyperparameters;  ///< the tuned one is overridden by the grid
  double low = 1e-5, high = 30;
  std::size_t points = 27;
  std::size_t instances = 16;
  std::size_t horizon = 100;
  std::size_t widen = 0;  ///< times that the grid goes on by a factor of 10 where the best lies at its edge
};

struct TuningResult {
  std::vector<double> rates;   ///< the grid, ascending
  std::vector<double> losses;  ///< mean final loss at each rate; +inf where any problem diverged
  std::size_t best = 0;        ///< index of the lowest loss (the smaller rate on a tie)

  bool at_edge() const { return best == 0 || best + 1 == rates.size(); }
};

/// points values from low to high, both included, evenly spaced in the logarithm.
std::vector<double> log_grid(double low, double high, std::size_t points);

/// The rates, ascending, by which a grid goes on by a factor of 10 in steps that are at most its own: below
/// its first rate, or above its last one up to `highest`. Empty where nothing is left.
std::vector<double> further_rates(const std::vector<double>& grid, bool above, double highest);

TuningResult tune(const OptimizeeFamily& family, const TuningRequest& request,
                  const std::function<void(double fraction)>& progress,
                  const std::function<void()>& check_stop);

}  // namespace l2l
