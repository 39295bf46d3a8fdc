#include "harness/compute/run_job.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "harness/compute/meta_training.hpp"
#include "harness/compute/problem.hpp"
#include "harness/compute/random_search.hpp"
#include "harness/compute/trajectories.hpp"
#include "harness/compute/tuning.hpp"
#include "harness/phi/phi_file.hpp"
#include "harness/plan/plan.hpp"
#include "harness/suite/fields.hpp"
#include "optimizers/learned_optimizer.hpp"
#include "optimizers/rate_schedule_fields.hpp"

namespace l2l {
namespace {

using nlohmann::json;

template <class T>
NdArray vector_array(std::vector<T> values) {
  const std::size_t size = values.size();
  return {{size}, std::move(values)};
}

/// JSON has no infinity: null stands for a loss that is not finite.
json finite_or_null(double value) {
  return std::isfinite(value) ? json(value) : json(nullptr);
}
double or_infinity(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::infinity() : value.get<double>();
}

JobResult run_grid(const OptimizeeFamily& family, const TuningRequest& request, const JobContext& context) {
  auto tuned = tune(
      family, request, [&](double fraction) { context.progress(fraction, "tuning"); }, context.check_stop);
  JobResult result;
  result.summary = {{"best", tuned.rates[tuned.best]},
                    {"loss", finite_or_null(tuned.losses[tuned.best])},
                    {"at_edge", tuned.at_edge()}};
  result.arrays["rates"] = vector_array(std::move(tuned.rates));
  result.arrays["losses"] = vector_array(std::move(tuned.losses));
  return result;
}

/// At the edge is the rate that is the smallest or the largest of all that were drawn.
JobResult run_search(const OptimizeeFamily& family, const TuningRequest& request, const std::string& seed,
                     const JobContext& context) {
  auto found = search_at_random(
      family, request, seed, [&](double fraction) { context.progress(fraction, "tuning"); },
      context.check_stop);
  const RandomSearch& search = *request.tuning.search;
  const TunedRule& best = found.trials[found.best];
  JobResult result;
  json chosen = json::object();
  bool at_edge = false;
  for (const auto& [name, range] : search.over) {
    std::vector<double> values;
    for (const TunedRule& trial : found.trials) values.push_back(trial.hyperparameters.at(name));
    const double value = values[found.best];
    chosen[name] = value;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (name == request.baseline.rule->tuned && range.choices.empty())
      at_edge = value == *low || value == *high;
    result.arrays[kTrialPrefix + name] = vector_array(std::move(values));
  }
  if (!search.schedules.empty()) {
    chosen[kScheduleName] = canonical(best.schedule);
    std::vector<double> indices;
    for (const TunedRule& trial : found.trials)
      indices.push_back(
          static_cast<double>(std::find(search.schedules.begin(), search.schedules.end(), trial.schedule) -
                              search.schedules.begin()));
    result.arrays[kTrialPrefix + std::string(kScheduleName)] = vector_array(std::move(indices));
  }
  result.summary = {{"best", std::move(chosen)},
                    {"trial", found.best},
                    {"loss", finite_or_null(found.losses[found.best])},
                    {"at_edge", at_edge}};
  result.arrays["losses"] = vector_array(std::move(found.losses));
  result.arrays["problems"] = vector_array(std::vector<double>(found.problems.begin(), found.problems.end()));
  return result;
}

JobResult run_tune(const json& config, const JobContext& context) {
  const OptimizeeSpec optimizee = optimizee_from(config.at("optimizee"));
  const auto family = make_family(optimizee);
  const TuningRequest request{tuned_rule_from(config), config.at("horizon"),
                              fields<TuningSpec>().read(config)};
  if (!request.tuning.search) return run_grid(*family, request, context);
  const std::string seed = request.baseline.rule->name + " on " + canonical(optimizee).dump();
  return run_search(*family, request, seed, context);
}

JobResult run_meta_train(const Job& job, const JobContext& context) {
  const json& config = job.config;
  const auto family = make_family(optimizee_from(config.at("optimizee")));
  MetaTrainingRequest request;
  request.learned = learned_from(config.at("learned"));
  request.seed = config.at("seed");
  request.replica = config.value("replica", std::uint64_t{0});
  request.epochs = config.at("epochs");
  const json& rate = config.at("learning_rate");
  request.learning_rate = rate.is_null()
                              ? context.read(job.reads.at(0)).summary.at("learning_rate").get<double>()
                              : rate.get<double>();
  std::optional<MetaTrainingState> from;
  if (const auto bytes = context.load_checkpoint()) from = MetaTrainingState::deserialize(*bytes);
  const MetaTrainingHooks hooks{
      [&](const MetaTrainingState& state) { context.save_checkpoint(state.serialize()); }, context.progress,
      context.check_stop};
  auto state = meta_train(*family, request, std::move(from), hooks);

  JobResult result;
  result.summary = {{"learning_rate", request.learning_rate},
                    {"best_epoch", state.best_epoch},
                    {"best_validation", finite_or_null(state.best_validation())},
                    {"epochs_done", state.epochs_done()},
                    {"lstm", config.at("learned").at("lstm")},
                    {"phi_groups", request.learned.phi_groups}};
  result.arrays["phi"] = vector_array(std::vector<float>(state.best_phi.begin(), state.best_phi.end()));
  result.arrays["train_losses"] = vector_array(std::move(state.train_losses));
  result.arrays["validation_losses"] = vector_array(std::move(state.validation_losses));
  return result;
}

/// A phi of an earlier run, in the form of a selection.
JobResult load_trained(const Job& job) {
  const auto sha256 = job.config.at("sha256").get<std::string>();
  const std::string& path = job.files.at(sha256);
  TrainedPhi trained = read_phi_file(path);
  if (trained.digest() != sha256)
    throw Error(ErrorCode::format, {path}, "is another trained optimizer than when the run was planned",
                "run the suite again");
  JobResult result;
  result.summary = {{"lstm", canonical(trained.architecture)}, {"phi_groups", trained.phi_groups}};
  result.arrays["phi"] = vector_array(std::move(trained.phi));
  return result;
}

JobResult run_select(const Job& job, const JobContext& context) {
  if (job.config.at("by") == "file") return load_trained(job);
  L2L_CHECK(!job.reads.empty(), "key={}", job.key);
  std::optional<JobResult> best;
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < job.reads.size(); ++i) {
    JobResult candidate = context.read(job.reads[i]);
    if (best && or_infinity(candidate.summary.at("best_validation")) >=
                    or_infinity(best->summary.at("best_validation")))
      continue;
    best = std::move(candidate);
    chosen = i;
  }
  best->summary["chosen"] = chosen;
  return *std::move(best);
}

JobResult run_evaluate(const Job& job, const JobContext& context) {
  const json& config = job.config;
  const auto family = make_family(optimizee_from(config.at("optimizee")));
  const json& which = config.at("optimizer");
  const std::size_t horizon = config.at("horizon");
  const std::size_t seeds = config.at("seeds");

  OptimizerFactory<float> make_optimizer;
  if (which.contains("learned")) {
    const JobResult selected = context.read(job.reads.at(0));
    LearnedSpec learned;
    learned.architecture = architecture_from(which.at("learned"));
    learned.phi_groups = selected.summary.at("phi_groups").get<std::vector<std::vector<std::string>>>();
    make_optimizer = [architecture = learned.architecture, assignment = assign_phi(learned, *family),
                      phi = std::get<std::vector<float>>(selected.arrays.at("phi").values)] {
      auto optimizer = std::make_unique<LearnedOptimizer<float>>(architecture, assignment);
      optimizer->set_phi(phi);
      return optimizer;
    };
  } else {
    TunedRule baseline = tuned_rule_from(which);
    if (!which.at("tuned").is_null()) baseline.take(context.read(job.reads.at(0)).summary);
    make_optimizer = [baseline, horizon] { return baseline.make(horizon); };
  }
  const xt::xtensor<float, 2> losses = sample_trajectories(
      *family, Role::test, config.at("first_seed"), seeds, horizon, make_optimizer, context.check_stop);
  std::size_t diverged = 0;
  for (std::size_t i = 0; i < seeds; ++i) diverged += !std::isfinite(losses(i, horizon));
  JobResult result;
  result.summary = {{"diverged", diverged}};
  result.arrays["losses"] = {{seeds, horizon + 1}, std::vector<float>(losses.begin(), losses.end())};
  return result;
}

}  // namespace

JobResult run_job(const Job& job, const JobContext& context) {
  switch (job.kind) {
    case JobKind::tune:
      return run_tune(job.config, context);
    case JobKind::meta_train:
      return run_meta_train(job, context);
    case JobKind::select:
      return run_select(job, context);
    case JobKind::evaluate:
      return run_evaluate(job, context);
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(job.kind));
  return {};
}

}  // namespace l2l
