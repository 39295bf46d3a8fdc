#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "optimizers/rule.hpp"

// The registry, in the order figures list them: a new rule is one file in hand_designed/ that defines
// `Rule <name>_rule()`, and one line here.
#define L2L_RULES(RULE)    \
  RULE(sgd)                \
  RULE(momentum)           \
  RULE(heavy_ball)         \
  RULE(nag)                \
  RULE(rprop)              \
  RULE(adagrad)            \
  RULE(rmsprop)            \
  RULE(adam)               \
  RULE(adamw)              \
  RULE(amsgrad)            \
  RULE(nadam)              \
  RULE(radam)              \
  RULE(adabelief)          \
  RULE(lion)               \
  RULE(schedule_free_sgd)  \
  RULE(schedule_free_adam) \
  RULE(muon)               \
  RULE(bfgs)               \
  RULE(l_bfgs)

namespace l2l {

#define L2L_DECLARE(name) Rule name##_rule();
L2L_RULES(L2L_DECLARE)
#undef L2L_DECLARE

std::span<const Rule> rules() {
#define L2L_ROW(name) name##_rule(),
  static const std::array table = {L2L_RULES(L2L_ROW)};
#undef L2L_ROW
  return table;
}

const Rule* find_rule(std::string_view name) {
  const auto found =
      std::find_if(rules().begin(), rules().end(), [&](const Rule& r) { return r.name == name; });
  return found == rules().end() ? nullptr : &*found;
}

Hyperparameters Rule::resolve(const Hyperparameters& given) const {
  Hyperparameters resolved = defaults;
  for (const auto& [key, value] : given) {
    const auto range = bounds.find(key);
    if (range == bounds.end()) {
      std::vector<std::string> names;
      for (const auto& [known, unused] : bounds) names.push_back(known);
      throw Error(ErrorCode::suite, fmt::format("{} has no hyperparameter '{}'", name, key),
                  fmt::format("it has {}", fmt::join(names, ", ")));
    }
    const HyperparameterBounds& b = range->second;
    if (!(value >= b.low && value <= b.high))
      throw Error(ErrorCode::suite,
                  fmt::format("{} of {} is {}, outside [{}, {}]", key, name, value, b.low, b.high),
                  fmt::format("its default is {}", b.standard));
    resolved[key] = value;
  }
  return resolved;
}

int Rule::version_with(const Hyperparameters& given) const {
  if (version_without_epsilon == 0) return version;
  const auto epsilon = given.find("epsilon");
  // What float would flush to zero is zero.
  const bool none = epsilon != given.end() && epsilon->second < std::numeric_limits<float>::min();
  return none ? version_without_epsilon : version;
}

RuleCost Rule::mean_cost(const Hyperparameters& given, double n,
                         std::span<const MatrixRange> matrices) const {
  const Hyperparameters resolved = resolve(given);
  const RuleCost each = cost(resolved, n);
  if (matrix_cost == nullptr) return each;
  RuleCost mean = each;
  for (const MatrixRange& matrix : matrices) {
    const double share = static_cast<double>(matrix.size()) / n;
    const RuleCost here =
        matrix_cost(resolved, static_cast<double>(matrix.rows), static_cast<double>(matrix.columns));
    mean.flop += share * (here.flop - each.flop);
    mean.state_bytes += share * (here.state_bytes - each.state_bytes);
  }
  return mean;
}

template <>
std::unique_ptr<Optimizer<float>> Rule::make(const Hyperparameters& given) const {
  return make_float(resolve(given));
}
template <>
std::unique_ptr<Optimizer<double>> Rule::make(const Hyperparameters& given) const {
  return make_double(resolve(given));
}

}  // namespace l2l
