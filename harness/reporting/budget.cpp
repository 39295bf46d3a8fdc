#include "harness/reporting/budget.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/fields.hpp"

namespace l2l {
namespace {

using nlohmann::json;

std::string counted(double count, const char* one, const char* many) {
  return fmt::format("{:.0f} {}", count, count == 1 ? one : many);
}

/// @param result  null: as planned
void add_tuning(const json& config, const JobResult* result, reports::Budget& budget) {
  const auto spec = fields<TuningSpec>().read(config);
  const double steps = spec.target.last(config.at("horizon").get<int>());
  double trajectories = 0;
  if (spec.search) {
    trajectories = trajectories_of(spec);
    budget.spent_on = fmt::format("{} of {}", counted(spec.search->trials, "trial", "trials"),
                                  fmt::join(config.at("tuned").get<std::vector<std::string>>(), ", "));
    if (spec.search->halvings > 0)
      budget.spent_on += fmt::format(", halved {}", counted(spec.search->halvings, "time", "times"));
  } else {
    const double rates =
        result == nullptr ? spec.points : static_cast<double>(count_of(result->arrays.at("rates").values));
    trajectories = rates * spec.instances;
    budget.spent_on = counted(rates, "rate", "rates");
  }
  budget.spent_on += fmt::format(", {}, {}", counted(spec.instances, "problem", "problems"),
                                 counted(steps, "step", "steps"));
  budget.gradients += trajectories * steps;
  budget.functions += trajectories * (steps + 1);
  // The loss is recorded at theta_t, the gradient is taken elsewhere.
  const Rule& rule = *find_rule(config.at("rule").get<std::string>());
  if (rule.make<float>({})->looks_ahead()) budget.functions += trajectories * steps;
}

/// @return horizons that it was trained on
double add_meta_training(const MetaTrainingSpec& training, double epochs, reports::Budget& budget) {
  const double steps = training.horizon;
  const double horizons = epochs * training.horizons_per_epoch * training.instances;
  const double validations = epochs * training.validation_instances;
  budget.functions += (horizons + validations) * (steps + 1);
  budget.gradients += horizons * (steps + 1) + validations * steps;
  if (training.second_derivatives) budget.gradients += horizons * steps;
  return horizons;
}

/// What budget_of() and planned_budget() add up.
/// @param result_of  empty: as planned
std::optional<reports::Budget> add_up(const std::vector<const Job*>& jobs, const ResultOf& result_of) {
  reports::Budget budget;
  double trainings = 0, horizons = 0;
  int steps = 0;
  for (const Job* job : jobs) {
    if (job->kind != JobKind::tune && job->kind != JobKind::meta_train) continue;
    const std::optional<JobResult> result = result_of ? result_of(job->key) : std::nullopt;
    if (result_of && !result) return std::nullopt;
    if (job->kind == JobKind::tune) {
      add_tuning(job->config, result ? &*result : nullptr, budget);
      continue;
    }
    const MetaTrainingSpec training = learned_from(job->config.at("learned")).training;
    const json& epochs = result ? result->summary.at("epochs_done") : job->config.at("epochs");
    horizons += add_meta_training(training, epochs.get<double>(), budget);
    steps = training.horizon;
    ++trainings;
  }
  if (trainings > 0)
    budget.spent_on =
        fmt::format("{}, {} of {} steps, validation", counted(trainings, "training", "trainings"),
                    counted(horizons, "horizon", "horizons"), steps);
  return budget;
}

}  // namespace

std::optional<reports::Budget> budget_of(const std::vector<const Job*>& jobs, const ResultOf& result_of) {
  L2L_CHECK(result_of, "{} jobs", jobs.size());
  return add_up(jobs, result_of);
}

reports::Budget planned_budget(const std::vector<const Job*>& jobs) {
  return *add_up(jobs, {});
}

}  // namespace l2l
