// The x axis of figures over steps or over what steps cost.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "reports/charts/chart.hpp"
#include "reports/results/points.hpp"

namespace l2l::reports {

/// Between the ends of two lines: beyond it the shorter one would be a stroke at the edge of a linear axis.
inline constexpr double kMostApart = 10;

/// Of one figure: first of_step() of its curves, with x in plain units, then finish().
class CostAxis {
 public:
  explicit CostAxis(Cost cost) : cost_(cost) {}

  /// What a step of the curve takes on x. None, and the caption tells, where that is not known.
  std::optional<double> of_step(const Curve& curve);
  /// The label, and x in a unit of readable numbers: GFLOP, ms. Where some line of a panel ends at more than
  /// kMostApart times the cost of another, x is logarithmic, and lines begin behind their first step.
  void finish(Chart& chart);
  /// In words: "steps", "FLOP".
  std::string name() const;
  /// Sentences on what was counted, each behind a blank; empty of steps.
  std::string caption() const;

 private:
  Cost cost_;
  bool log_ = false;
  std::set<std::string> unknown_;  ///< labels of optimizers
};

}  // namespace l2l::reports
