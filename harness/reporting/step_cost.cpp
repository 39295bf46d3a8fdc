#include "harness/reporting/step_cost.hpp"

#include <utility>

#include "harness/plan/estimate.hpp"
#include "reports/statistics/summary.hpp"

namespace l2l {

reports::StepCost step_cost(const Cell& cell, const Hyperparameters& found, std::vector<double> seconds) {
  OptimizerSpec optimizer = cell.optimizer;
  if (optimizer.baseline) optimizer.baseline->hyperparameters = found;
  reports::StepCost cost{1, step_flop(cell.optimizee, optimizer), {}};
  if (!seconds.empty()) cost.seconds = reports::median(std::move(seconds));
  return cost;
}

}  // namespace l2l
