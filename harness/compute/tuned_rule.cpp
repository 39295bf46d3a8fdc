#include "harness/compute/tuned_rule.hpp"

#include "core/error.hpp"
#include "harness/suite/suite.hpp"
#include "optimizers/rate_schedule_fields.hpp"

namespace l2l {

std::unique_ptr<Optimizer<float>> TunedRule::make(std::size_t horizon) const {
  return scheduled(rule->make<float>(hyperparameters), schedule, horizon);
}

void TunedRule::take(const nlohmann::json& tuning) {
  const nlohmann::json& best = tuning.at("best");
  if (best.is_number()) {  // of a grid
    hyperparameters[rule->tuned] = best.get<double>();
    return;
  }
  for (const auto& [name, value] : best.items()) {
    if (name == kScheduleName)
      schedule = schedule_from(value);
    else
      hyperparameters[name] = value.get<double>();
  }
}

TunedRule tuned_rule_from(const nlohmann::json& config) {
  const auto name = config.at("rule").get<std::string>();
  TunedRule result{find_rule(name), config.at("hyperparameters").get<Hyperparameters>(), {}};
  L2L_CHECK(result.rule != nullptr, "rule={}", name);
  if (const auto schedule = config.find(kScheduleName); schedule != config.end())
    result.schedule = schedule_from(*schedule);
  return result;
}

}  // namespace l2l
