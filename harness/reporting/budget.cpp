#include "harness/reporting/budget.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/compute/run_job.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/fields.hpp"

namespace l2l {
namespace {

using nlohmann::json;

std::string counted(double count, const char* one, const char* many) {
  return fmt::format("{:.0f} {}", count, count == 1 ? one : many);
}

void add_tuning(const json& config, const JobResult& result, reports::Budget& budget) {
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
    const auto rates = static_cast<double>(count_of(result.arrays.at("rates").values));
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

}  // namespace

std::optional<reports::Budget> budget_of(
    const std::vector<const Job*>& jobs,
    const std::function<std::optional<JobResult>(const std::string& key)>& result_of) {
  reports::Budget budget;
  double trainings = 0, horizons = 0;
  int steps = 0;
  for (const Job* job : jobs) {
    if (job->kind != JobKind::tune && job->kind != JobKind::meta_train) continue;
    const auto result = result_of(job->key);
    if (!result) return std::nullopt;
    if (job->kind == JobKind::tune) {
      add_tuning(job->config, *result, budget);
      continue;
    }
    const MetaTrainingSpec training = learned_from(job->config.at("learned")).training;
    horizons += add_meta_training(training, result->summary.at("epochs_done").get<double>(), budget);
    steps = training.horizon;
    ++trainings;
  }
  if (trainings > 0)
    budget.spent_on =
        fmt::format("{}, {} of {} steps, validation", counted(trainings, "training", "trainings"),
                    counted(horizons, "horizon", "horizons"), steps);
  return budget;
}

}  // namespace l2l
