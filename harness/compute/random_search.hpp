// Finds several hyperparameters of a baseline at once: random search, with successive halving where asked
// for, on problems of the role `tune`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/compute/tuning.hpp"

namespace l2l {

struct RandomSearchResult {
  std::vector<TunedRule> trials;      ///< in the order they were drawn
  std::vector<double> losses;         ///< the target's loss of each; +inf where any problem diverged
  std::vector<std::size_t> problems;  ///< that each was tried on
  std::size_t best = 0;               ///< lowest loss of those tried on all problems (the first on a tie)
};

/// The trials of a search: value i of a hyperparameter depends on `seed`, its name and i alone, so that more
/// trials, or more hyperparameters, keep those that there were.
std::vector<TunedRule> draw_trials(const TunedRule& baseline, const RandomSearch& search,
                                   const std::string& seed);

/// @param seed  text, of what is tuned
RandomSearchResult search_at_random(const OptimizeeFamily& family, const TuningRequest& request,
                                    const std::string& seed,
                                    const std::function<void(double fraction)>& progress,
                                    const std::function<void()>& check_stop);

}  // namespace l2l
