// Hand-designed update rules (the paper's baselines), one file each in hand_designed/, and their registry.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "optimizers/optimizer.hpp"

namespace l2l {

/// Values by hyperparameter name; names missing take the rule's default.
using Hyperparameters = std::map<std::string, double, std::less<>>;

/// One row of the registry.
struct Rule {
  std::string name;           ///< sgd, momentum, nag, rprop, adagrad, rmsprop, adam
  std::string label;          ///< as a figure prints it: "SGD", "ADAM", ...
  std::string equation;       ///< one line, for docs and reports
  std::string tuned;          ///< the hyperparameter that is tuned (learning_rate; stepsize for rprop)
  Hyperparameters defaults;   ///< Torch7 `optim` defaults of all hyperparameters
  std::unique_ptr<Optimizer<float>> (*make_float)(const Hyperparameters&);
  std::unique_ptr<Optimizer<double>> (*make_double)(const Hyperparameters&);

  template <class Real>
  std::unique_ptr<Optimizer<Real>> make(const Hyperparameters& given) const;  ///< defaults overridden by given
};

std::span<const Rule> rules();                     ///< in the order figures list them
const Rule* find_rule(std::string_view name);      ///< nullptr where there is none

}  // namespace l2l
