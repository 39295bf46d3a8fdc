#include "harness/reporting/tuning_curve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/compute/run_job.hpp"

namespace l2l {
namespace {

const std::vector<double>& doubles_of(const JobResult& result, const std::string& name) {
  return std::get<std::vector<double>>(result.arrays.at(name).values);
}

}  // namespace

std::string settings_text(const TunedRule& rule, const std::vector<std::string>& tuned) {
  std::vector<std::string> parts;
  for (const std::string& name : tuned)
    if (name != rule.rule->tuned && name != kScheduleName)
      parts.push_back(fmt::format("{} {}", name, rule.hyperparameters.at(name)));
  if (const std::string schedule = schedule_text(rule.schedule); !schedule.empty()) parts.push_back(schedule);
  return fmt::format("{}", fmt::join(parts, ", "));
}

void add_tuning_curve(const BaselineSpec& spec, const TunedRule& chosen, const JobResult& result,
                      reports::Curve& curve) {
  curve.tune_losses = doubles_of(result, "losses");
  if (!spec.tuning.search) {
    curve.tune_rates = doubles_of(result, "rates");
    return;
  }
  const std::vector<std::string> names = tuned_names(spec);
  for (std::size_t i = 0; i < curve.tune_losses.size(); ++i) {
    TunedRule trial = chosen;
    for (const std::string& name : names) {
      const double value = doubles_of(result, kTrialPrefix + name)[i];
      if (name == kScheduleName)
        trial.schedule = spec.tuning.search->schedules.at(static_cast<std::size_t>(value));
      else
        trial.hyperparameters[name] = value;
    }
    curve.tune_rates.push_back(trial.rule->resolve(trial.hyperparameters).at(trial.rule->tuned));
    curve.tune_settings.push_back(settings_text(trial, names));
  }
}

}  // namespace l2l
