// What a step of every optimizer costs, and what baselines have at the cost of a learned optimizer.
#pragma once

#include <string>
#include <vector>

#include "reports/statistics/summary_cache.hpp"
#include "reports/text/table.hpp"

namespace l2l::reports {

struct Experiment;

/// Of one experiment; a column tells the points of a sweep apart.
struct CostTables {
  std::string title;
  Table steps;  ///< a row per optimizer: gradients, FLOP and time of a step, times the least of the point
  Table equal;  ///< a row per learned optimizer and baseline; empty where there is no such pair
  bool folded = false;  ///< of a large sweep
};

/// Of every experiment that has a curve with a known cost, in the suite's order.
std::vector<CostTables> cost_tables(const std::vector<Experiment>& experiments, SummaryCache& cache);

/// What the numbers are, for below each table.
inline constexpr const char* kStepCostCaption =
    "Of one problem; × is to the least of the same point. FLOP are those of a gradient and of the "
    "optimizer's "
    "update, by the model that plans use. Time was measured where the optimizer was evaluated, jobs side by "
    "side: the median over its jobs of seconds by problems and steps, with all that records a trajectory "
    "(one "
    "more value of f a step, where the gradient is taken elsewhere than at θ, as NAG does).";
inline constexpr const char* kEqualCostCaption =
    "How many steps of a baseline cost as much as all steps of the learned optimizer, and the mean loss ± "
    "standard error that the baseline has there, tuned for its own horizon. Where it did not run so long, "
    "the "
    "loss at its last step stands in brackets: a longer horizon would show the other. What tuning and "
    "meta-training took is in the budgets.";

/// experiment, <axes>, optimizee, optimizer, horizon, gradients, flop, flop_ratio, seconds, seconds_ratio;
/// one record per curve whose cost is known.
std::string step_cost_csv(const std::vector<Experiment>& experiments);

/// experiment, <axes>, optimizee, optimizer, learned, cost (flop, seconds), horizon, learned_loss, steps,
/// step, reached, loss, standard_error; one record per baseline, learned optimizer and kind of cost.
std::string equal_cost_csv(const std::vector<Experiment>& experiments, SummaryCache& cache);

}  // namespace l2l::reports
