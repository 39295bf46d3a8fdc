#include "reports/pages/cost_tables.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/results/equal_cost.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

std::string step_cost_csv(const std::vector<Experiment>& experiments) {
  const std::vector<std::string> axes = axis_names(experiments);
  CsvTable table(with_axes(axes, {"optimizee", "optimizer", "horizon", "gradients", "flop", "flop_ratio",
                                  "seconds", "seconds_ratio"}));
  for (const Experiment& experiment : experiments) {
    for (const SweepPoint& point : sweep_points(experiment)) {
      for (const Curve* curve : point.curves) {
        if (!curve->step_cost) continue;
        table.add(identity(experiment, *curve, axes)).add(curve->horizon).add(curve->step_cost->gradients);
        for (const Cost cost : {Cost::flop, Cost::seconds})
          table.add(cost_of_step(*curve, cost)).add(times_the_least(point, *curve, cost));
        table.end_record();
      }
    }
  }
  return table.take();
}

std::string equal_cost_csv(const std::vector<Experiment>& experiments, SummaryCache& cache) {
  const std::vector<std::string> axes = axis_names(experiments);
  CsvTable table(with_axes(axes, {"optimizee", "optimizer", "learned", "cost", "horizon", "learned_loss",
                                  "steps", "step", "reached", "loss", "standard_error"}));
  for (const Experiment& experiment : experiments) {
    for (const SweepPoint& point : sweep_points(experiment)) {
      for (const EqualCost& equal : equal_costs(point)) {
        const Summary& there = cache.steps(*equal.baseline)[static_cast<std::size_t>(equal.step)];
        table.add(identity(experiment, *equal.baseline, axes)).add(equal.learned->optimizer);
        table.add(equal.cost_word()).add(equal.learned->horizon);
        table.add(cache.steps(*equal.learned).back().mean).add(equal.steps).add(equal.step);
        table.add(equal.ran_on()).add(there.mean).add(there.standard_error);
        table.end_record();
      }
    }
  }
  return table.take();
}

}  // namespace l2l::reports
