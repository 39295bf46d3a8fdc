// What every rule file has in common.
#pragma once

#include <functional>
#include <memory>

#include "optimizers/rule.hpp"

namespace l2l {

/// A registry row whose factories construct Implementation<Real>(resolved hyperparameters).
template <template <class> class Implementation>
Rule make_rule(Rule row) {
  for (const auto& [key, range] : row.bounds) row.defaults.emplace(key, range.standard);
  row.make_float = [](const Hyperparameters& h) -> std::unique_ptr<Optimizer<float>> {
    return std::make_unique<Implementation<float>>(h);
  };
  row.make_double = [](const Hyperparameters& h) -> std::unique_ptr<Optimizer<double>> {
    return std::make_unique<Implementation<double>>(h);
  };
  return row;
}

/// The cost of a rule that does the same to every coordinate.
/// @tparam kFlop   of one coordinate's equation
/// @tparam kState  arrays of float that live from step to step
template <int kFlop, int kState>
RuleCost cost_of_coordinate(const Hyperparameters& /*resolved*/, double /*n*/) {
  return {kFlop, kState * sizeof(float)};
}

/// A hyperparameter as the rule computes with it.
template <class Real>
Real hyperparameter(const Hyperparameters& resolved, std::string_view name) {
  return static_cast<Real>(resolved.find(name)->second);
}

}  // namespace l2l
