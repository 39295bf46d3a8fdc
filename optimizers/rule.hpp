// Hand-designed update rules (the paper's baselines, and quasi-Newton references), one file each in
// hand_designed/, and their registry.
#pragma once

#include <functional>
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

/// Default of a hyperparameter and the closed range it may be set to.
struct HyperparameterBounds {
  double standard = 0, low = 0, high = 0;
};

/// One row of the registry.
struct Rule {
  std::string name;          ///< sgd, momentum, nag, rprop, adagrad, rmsprop, adam, bfgs, l-bfgs
  std::string label;         ///< as a figure prints it: "SGD", "ADAM", ...
  std::string equation;      ///< one line, for docs and reports
  std::string tuned;         ///< the hyperparameter that is tuned (learning_rate; stepsize for rprop)
  Hyperparameters defaults;  ///< Torch7 `optim` defaults of all hyperparameters
  std::map<std::string, HyperparameterBounds, std::less<>> bounds;  ///< of all hyperparameters
  std::unique_ptr<Optimizer<float>> (*make_float)(const Hyperparameters&);
  std::unique_ptr<Optimizer<double>> (*make_double)(const Hyperparameters&);

  /// The defaults overridden by `given`. Throws Error{suite} for a name the rule does not have and for a
  /// value outside its range.
  Hyperparameters resolve(const Hyperparameters& given) const;

  template <class Real>
  std::unique_ptr<Optimizer<Real>> make(const Hyperparameters& given) const;  ///< from resolve(given)
};

std::span<const Rule> rules();                 ///< in the order figures list them
const Rule* find_rule(std::string_view name);  ///< nullptr where there is none

}  // namespace l2l
