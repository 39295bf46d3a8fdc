// What every rule file has in common.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "optimizers/rule.hpp"

namespace l2l {

/// A registry row whose factories construct Implementation<Real>(resolved hyperparameters).
/// @param bounds  every hyperparameter with its default and the closed range it may be set to
template <template <class> class Implementation>
Rule make_rule(std::string name, std::string label, std::string equation, std::string tuned,
               std::map<std::string, HyperparameterBounds, std::less<>> bounds) {
  Rule rule;
  rule.name = std::move(name);
  rule.label = std::move(label);
  rule.equation = std::move(equation);
  rule.tuned = std::move(tuned);
  for (const auto& [key, range] : bounds) rule.defaults.emplace(key, range.standard);
  rule.bounds = std::move(bounds);
  rule.make_float = [](const Hyperparameters& h) -> std::unique_ptr<Optimizer<float>> {
    return std::make_unique<Implementation<float>>(h);
  };
  rule.make_double = [](const Hyperparameters& h) -> std::unique_ptr<Optimizer<double>> {
    return std::make_unique<Implementation<double>>(h);
  };
  return rule;
}

/// A hyperparameter as the rule computes with it.
template <class Real>
Real hyperparameter(const Hyperparameters& resolved, std::string_view name) {
  return static_cast<Real>(resolved.find(name)->second);
}

}  // namespace l2l
