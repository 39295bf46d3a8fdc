// A hand-designed rule with all that was set or found for it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "core/json.hpp"
#include "optimizers/rate_schedule.hpp"
#include "optimizers/rule.hpp"

namespace l2l {

struct TunedRule {
  const Rule* rule = nullptr;
  Hyperparameters hyperparameters;
  RateSchedule schedule;

  /// To be run over `horizon` steps.
  std::unique_ptr<Optimizer<float>> make(std::size_t horizon) const;

  /// Takes what a tuning has found, from the summary of its result.
  void take(const nlohmann::json& tuning);
};

/// From the configuration of a tuning, or that of the optimizer of an evaluation.
TunedRule tuned_rule_from(const nlohmann::json& config);

}  // namespace l2l
