#include "reports/results/equal_cost.hpp"

#include <algorithm>
#include <cmath>

namespace l2l::reports {
namespace {

constexpr double kSlack = 1e-9;  // of a quotient that rounding put just below a whole number

bool has_data(const Curve* curve) {
  return !curve->seeds.empty();
}

}  // namespace

std::optional<double> times_the_least(const SweepPoint& point, const Curve& curve, Cost cost) {
  std::optional<double> least, own = cost_of_step(curve, cost);
  for (const Curve* other : point.curves)
    if (const auto a_step = cost_of_step(*other, cost)) least = std::min(least.value_or(*a_step), *a_step);
  if (!own || !least || !(*least > 0)) return std::nullopt;
  return *own / *least;
}

std::vector<EqualCost> equal_costs(const SweepPoint& point) {
  std::vector<EqualCost> all;
  for (const Curve* learned : point.curves) {
    if (!learned->learned || !has_data(learned)) continue;
    for (const Curve* baseline : point.curves) {
      if (baseline->learned || !has_data(baseline)) continue;
      for (const Cost cost : {Cost::flop, Cost::seconds}) {
        const auto spent = cost_of_step(*learned, cost), a_step = cost_of_step(*baseline, cost);
        if (!spent || !a_step || !(*a_step > 0)) continue;
        const double steps = std::floor(*spent * learned->horizon / *a_step * (1 + kSlack));
        const int step = static_cast<int>(std::min(steps, static_cast<double>(baseline->horizon)));
        all.push_back({learned, baseline, cost, steps, step});
      }
    }
  }
  return all;
}

}  // namespace l2l::reports
