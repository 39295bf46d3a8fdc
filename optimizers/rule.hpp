// Hand-designed update rules (the paper's baselines, quasi-Newton references, and rules of after the paper),
// one file each in hand_designed/, and their registry.
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

/// What one coordinate costs. FLOP: + - * / sqrt and comparisons count one each.
struct RuleCost {
  double flop = 0;         ///< of one step
  double state_bytes = 0;  ///< between steps, and a step's own copies
};

/// One row of the registry.
struct Rule {
  std::string name;      ///< as suites write it
  std::string label;     ///< as a figure prints it: "SGD", "ADAM", ...
  std::string equation;  ///< one line, for docs and reports
  int version = 1;       ///< raised by a change of the rule's bits: part of the keys of all that used it
  /// The version where epsilon is 0, if it is another one: 0/0 was NaN before it.
  int version_without_epsilon = 0;
  std::string tuned;                                                ///< the hyperparameter that is tuned
  std::map<std::string, HyperparameterBounds, std::less<>> bounds;  ///< of all hyperparameters
  /// True where coordinates know nothing of each other: the update of one is a function of its gradients.
  bool coordinatewise = true;
  /// On functions of n coordinates, from all hyperparameters.
  RuleCost (*cost)(const Hyperparameters& resolved, double n);
  /// Of a coordinate of a matrix (Optimizer::set_matrices()), for rules that treat matrices as such: they are
  /// of no use where there is none. Nullptr: of all other rules.
  RuleCost (*matrix_cost)(const Hyperparameters& resolved, double rows, double columns) = nullptr;
  /// Other methods that are this rule with some hyperparameters set, by the names golden vectors have for
  /// them.
  std::map<std::string, Hyperparameters, std::less<>> also = {};

  // Written by make_rule().
  Hyperparameters defaults = {};  ///< Torch7's, or those of the program that a later rule follows
  std::unique_ptr<Optimizer<float>> (*make_float)(const Hyperparameters&) = nullptr;
  std::unique_ptr<Optimizer<double>> (*make_double)(const Hyperparameters&) = nullptr;

  /// The defaults overridden by `given`. Throws Error{suite} for a name the rule does not have and for a
  /// value outside its range.
  Hyperparameters resolve(const Hyperparameters& given) const;

  /// The version of the bits that these hyperparameters have.
  int version_with(const Hyperparameters& given) const;

  template <class Real>
  std::unique_ptr<Optimizer<Real>> make(const Hyperparameters& given) const;  ///< from resolve(given)

  /// FLOP of one coordinate and step, and bytes of one coordinate's state, on functions of n coordinates.
  double flop(const Hyperparameters& given, double n) const { return cost(resolve(given), n).flop; }
  double state_bytes(const Hyperparameters& given, double n) const {
    return cost(resolve(given), n).state_bytes;
  }
  /// The mean over the coordinates of such a function where some of them are matrices.
  RuleCost mean_cost(const Hyperparameters& given, double n, std::span<const MatrixRange> matrices) const;
};

std::span<const Rule> rules();                 ///< in the order figures list them
const Rule* find_rule(std::string_view name);  ///< nullptr where there is none

}  // namespace l2l
