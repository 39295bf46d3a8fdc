// How far baselines get for what a learned optimizer costs.
#pragma once

#include <optional>
#include <vector>

#include "reports/results/points.hpp"

namespace l2l::reports {

/// What a baseline can do at the cost that the last step of a learned optimizer ends at.
struct EqualCost {
  const Curve* learned = nullptr;
  const Curve* baseline = nullptr;
  Cost cost = Cost::flop;
  double steps = 0;  ///< whole steps of the baseline for that cost
  int step = 0;      ///< the last of them that it ran

  const char* cost_word() const { return cost == Cost::flop ? "flop" : "seconds"; }  ///< as files have it
  bool ran_on() const { return steps <= step; }  ///< ran as long as that, so that the loss there is known
};

/// What a step of the curve costs as a multiple of the least that one costs at the point; none where that is
/// not known.
std::optional<double> times_the_least(const SweepPoint& point, const Curve& curve, Cost cost);

/// Of every pair at a point that has data, first by FLOP, then by measured time, where both costs are known.
std::vector<EqualCost> equal_costs(const SweepPoint& point);

}  // namespace l2l::reports
