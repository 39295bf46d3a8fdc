#include "harness/reporting/report_input.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <variant>

#include <xtensor/xadapt.hpp>

#include "core/error.hpp"
#include "core/text.hpp"
#include "harness/reporting/budget.hpp"
#include "harness/reporting/step_cost.hpp"
#include "harness/reporting/tuning_curve.hpp"
#include "harness/reporting/update_picture.hpp"
#include "harness/store/manifest.hpp"
#include "harness/suite/optimizer_axes.hpp"
#include "harness/suite/questions.hpp"

namespace l2l {
namespace {

using nlohmann::json;

constexpr std::size_t kMostFailures = 10;  // listed in full; the rest is counted

template <class Number>
const std::vector<Number>& numbers(const JobResult& result, const char* name) {
  return std::get<std::vector<Number>>(result.arrays.at(name).values);
}

class Converter {
 public:
  Converter(const Suite& suite, const Plan& plan, const Store& store)
      : suite_(suite), plan_(plan), store_(store) {
    for (const Job& job : plan.jobs) jobs_[job.key] = &job;
  }

  std::vector<reports::Experiment> experiments() {
    std::vector<reports::Experiment> result;
    for (std::size_t e = 0; e < suite_.experiments.size(); ++e) {
      const ExperimentSpec& spec = suite_.experiments[e];
      reports::Experiment& experiment = result.emplace_back(reports::Experiment{spec.name, spec.title, {}});
      for (std::size_t c = 0; c < spec.cells.size(); ++c) {
        experiment.curves.push_back(curve(spec.cells[c], plan_.cells[e][c]));
      }
      tell_apart(experiment);
    }
    return result;
  }

  std::vector<reports::MetaTraining> meta_trainings() {
    std::vector<reports::MetaTraining> result;
    std::set<std::string> seen;
    for (std::size_t e = 0; e < suite_.experiments.size(); ++e) {
      for (std::size_t c = 0; c < suite_.experiments[e].cells.size(); ++c) {
        const std::vector<std::size_t>& selects = plan_.cells[e][c].select;
        for (std::size_t r = 0; r < selects.size(); ++r) {
          const Job& job = plan_.jobs[selects[r]];
          if (!seen.insert(job.key).second) continue;
          auto training = meta_training(suite_.experiments[e].cells[c], job);
          if (!training) continue;
          training->replica = r;
          training->replicas = selects.size();
          result.push_back(std::move(*training));
        }
      }
    }
    return result;
  }

  std::vector<reports::Failure> failures() const {
    std::vector<reports::Failure> failures;
    for (const Job& job : plan_.jobs) {
      if (store_.has(job.key)) continue;
      if (auto message = store_.failure(job.key)) failures.push_back({source_of(job), *std::move(message)});
    }
    return failures;
  }

  std::vector<std::string> notes(const std::vector<reports::Failure>& failures) const {
    std::vector<std::string> notes;
    const std::size_t failed = failures.size();
    for (std::size_t i = 0; i < std::min(failed, kMostFailures); ++i)
      notes.push_back(fmt::format("Failed: {}: {}", failures[i].job.label, failures[i].message));
    if (failed > kMostFailures) notes.push_back(fmt::format("{} more jobs failed.", failed - kMostFailures));
    const auto missing = static_cast<std::size_t>(std::count_if(
        plan_.jobs.begin(), plan_.jobs.end(), [&](const Job& job) { return !store_.has(job.key); }));
    if (missing > failed) {
      notes.insert(notes.begin(),
                   fmt::format("This run is not finished: {} of {} jobs are still to do, and what they "
                               "decide is missing here. Run the suite again to go on.",
                               missing - failed, plan_.jobs.size()));
    }
    return notes;
  }

 private:
  reports::JobSource source_of(const Job& job) const {
    reports::JobSource source{to_string(job.kind), job.key, job.label, 0, 0, store_.has(job.key)};
    if (job.kind == JobKind::evaluate) {
      source.first_seed = job.config.at("first_seed").get<std::uint64_t>();
      source.seeds = job.config.at("seeds").get<std::uint64_t>();
    }
    return source;
  }

  reports::Curve curve(const Cell& cell, const CellJobs& jobs) {
    reports::Curve curve;
    curve.experiment = cell.experiment;
    curve.coordinates = cell.coordinates;
    curve.optimizee = cell.optimizee.name;
    curve.optimizee_label = cell.optimizee.label;
    curve.optimizer = cell.optimizer.name;
    curve.label = cell.optimizer.label;
    curve.learned = cell.optimizer.learned.has_value();
    curve.rule =
        curve.learned ? name_of(cell.optimizer.learned->architecture.kind) : cell.optimizer.baseline->rule;
    curve.horizon = cell.horizon;
    for (std::size_t replica = 0; replica < jobs.replicas(); ++replica) add_sources(jobs, replica, curve);
    add_losses(jobs, curve);
    const Hyperparameters found = curve.learned ? Hyperparameters() : add_tuning(cell, jobs, curve);
    curve.budget = budget(jobs);
    curve.step_cost = step_cost(cell, found, seconds_a_step(jobs));
    return curve;
  }

  void add_sources(const CellJobs& jobs, std::size_t replica, reports::Curve& curve) const {
    const auto add = [&](std::size_t index) {
      curve.sources.push_back(source_of(plan_.jobs[index]));
      curve.sources.back().replica = replica;
    };
    for (const std::size_t index : jobs.tune) add(index);
    if (!jobs.select.empty()) add(jobs.select[replica]);
    for (const std::size_t index : jobs.evaluations(replica)) add(index);
  }

  /// Adds the name to labels that several optimizers of an experiment share.
  static void tell_apart(reports::Experiment& experiment) {
    std::map<std::string, std::set<std::string>> names;
    for (const reports::Curve& curve : experiment.curves) names[curve.label].insert(curve.optimizer);
    for (reports::Curve& curve : experiment.curves) {
      if (names.at(curve.label).size() > 1) curve.label += fmt::format(" ({})", curve.optimizer);
    }
  }

  /// The replicas of which an evaluation is in the store, and the blocks of seeds that all of them have: a
  /// curve has every seed of every one of its replicas.
  void add_losses(const CellJobs& jobs, reports::Curve& curve) const {
    const std::size_t steps = static_cast<std::size_t>(curve.horizon) + 1;
    const auto stored = [&](std::size_t index) { return store_.has(plan_.jobs[index].key); };
    std::vector<std::size_t> replicas;
    for (std::size_t r = 0; r < jobs.replicas(); ++r) {
      const auto evaluations = jobs.evaluations(r);
      if (r == 0 || std::any_of(evaluations.begin(), evaluations.end(), stored)) replicas.push_back(r);
    }
    if (replicas.size() > 1 && std::none_of(jobs.evaluations(0).begin(), jobs.evaluations(0).end(), stored))
      replicas.erase(replicas.begin());
    std::vector<std::size_t> blocks;
    for (std::size_t block = 0; block < jobs.evaluations(0).size(); ++block)
      if (std::all_of(replicas.begin(), replicas.end(),
                      [&](std::size_t r) { return stored(jobs.evaluations(r)[block]); }))
        blocks.push_back(block);
    if (replicas.size() < jobs.replicas()) curve.replica_numbers = replicas;
    curve.complete = replicas.size() == jobs.replicas() && blocks.size() == jobs.evaluations(0).size();

    std::vector<float> rows;
    for (const std::size_t r : replicas) {
      for (const std::size_t block : blocks) {
        const Job& job = plan_.jobs[jobs.evaluations(r)[block]];
        const auto first = job.config.at("first_seed").get<std::uint64_t>(),
                   seeds = job.config.at("seeds").get<std::uint64_t>();
        const auto result = store_.get(job.key);
        const auto& losses = numbers<float>(*result, "losses");
        L2L_CHECK(losses.size() == seeds * steps, "losses={} seeds={} horizon={}", losses.size(), seeds,
                  curve.horizon);
        rows.insert(rows.end(), losses.begin(), losses.end());
        for (std::uint64_t i = 0; i < seeds && r == replicas.front(); ++i) curve.seeds.push_back(first + i);
      }
    }
    curve.losses = xt::adapt(rows, {replicas.size(), curve.seeds.size(), steps});
  }

  /// @return the baseline's hyperparameters, with what was found
  Hyperparameters add_tuning(const Cell& cell, const CellJobs& jobs, reports::Curve& curve) const {
    const BaselineSpec& spec = *cell.optimizer.baseline;
    TunedRule baseline{find_rule(spec.rule), spec.hyperparameters, spec.schedule};
    L2L_CHECK(baseline.rule != nullptr, "rule={}", spec.rule);
    std::optional<JobResult> result;
    if (!jobs.tune.empty()) {
      result = store_.get(plan_.jobs[jobs.tune.front()].key);
      if (!result) return baseline.hyperparameters;
      baseline.take(result->summary);
      curve.no_rate_works = result->summary.at("loss").is_null();
      curve.edge_of_grid = !curve.no_rate_works && result->summary.at("at_edge").get<bool>();
    }
    curve.learning_rate = baseline.rule->resolve(baseline.hyperparameters).at(baseline.rule->tuned);
    curve.settings = settings_text(baseline, tuned_names(spec));
    if (result) add_tuning_curve(spec, baseline, *result, curve);
    return baseline.hyperparameters;
  }

  /// Of every stored evaluation.
  std::vector<double> seconds_a_step(const CellJobs& jobs) const {
    std::vector<double> all;
    for (const std::size_t index : jobs.evaluate) {
      const Job& job = plan_.jobs[index];
      const double steps = job.config.at("seeds").get<double>() * job.config.at("horizon").get<double>();
      if (const auto seconds = store_.seconds(job.key)) all.push_back(*seconds / steps);
    }
    return all;
  }

  std::optional<reports::Budget> budget(const CellJobs& jobs) const {
    std::set<std::string> keys;
    double seconds = 0;
    for (const auto* behind : {&jobs.tune, &jobs.select})
      for (const std::size_t index : *behind) seconds += seconds_behind(plan_.jobs[index].key, keys);
    std::vector<const Job*> all;
    for (const std::string& key : keys) all.push_back(jobs_.at(key));
    auto budget = budget_of(all, [&](const std::string& key) { return store_.get(key); });
    if (budget) budget->seconds = seconds;
    if (budget && budget->spent_on.empty()) budget->spent_on = "nothing: taken as it is";
    return budget;
  }

  std::optional<reports::MetaTraining> meta_training(const Cell& cell, const Job& job) const {
    if (job.reads.empty()) return std::nullopt;  // a phi of an earlier run: nothing was trained here
    const auto result = store_.get(job.key);
    if (!result || result->arrays.count("validation_losses") == 0)
      return std::nullopt;  // a phi from elsewhere
    reports::MetaTraining training;
    training.key = job.key;
    training.optimizer = cell.optimizer.name;
    training.optimizee = cell.trained_on.name;
    training.optimizee_label = cell.trained_on.label;
    training.label = cell.optimizer.label;
    for (const auto& [axis, value] : cell.coordinates) {
      if (!axis.starts_with("optimizer.")) continue;
      const std::string field = axis.substr(10);
      if (suite::has_axis(cell.optimizer, field)) training.label += fmt::format(", {} {}", field, value);
    }
    training.learning_rate = result->summary.at("learning_rate").get<double>();
    training.selected_epoch = result->summary.at("best_epoch").get<int>();
    training.train_losses = numbers<double>(*result, "train_losses");
    training.validation_losses = numbers<double>(*result, "validation_losses");
    std::set<std::string> counted;
    training.seconds = seconds_behind(job.key, counted);
    return training;
  }

  /// Computing time of a job and of all it reads, each once.
  double seconds_behind(const std::string& key, std::set<std::string>& counted) const {
    if (!counted.insert(key).second) return 0;
    double seconds = store_.seconds(key).value_or(0);
    for (const std::string& read : jobs_.at(key)->reads) seconds += seconds_behind(read, counted);
    return seconds;
  }

  const Suite& suite_;
  const Plan& plan_;
  const Store& store_;
  std::map<std::string, const Job*> jobs_;
};

/// A data set that is not on this machine costs the report the figures that need it, and a note.
void add_update_pictures(const Suite& suite, const Plan& plan, const Store& store,
                         reports::ReportInput& input) {
  for (const FigureSpec& figure : suite.figures) {
    if (figure.kind != FigureKind::updates) continue;
    try {
      if (auto picture = update_picture(figure, suite, plan, store))
        input.updates.push_back(std::move(*picture));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::data) throw;
      input.notes.push_back(fmt::format("Figure {} is left out: {}", figure.name, error.what()));
    }
  }
}

}  // namespace

reports::ReportInput report_input(const Suite& suite, const Plan& plan, const Store& store,
                                  const json& manifest) {
  Converter converter(suite, plan, store);
  reports::ReportInput input;
  input.suite_name = suite.name;
  input.title = suite.title;
  input.description = suite.description;
  input.setting = manifest_setting(manifest);
  input.manifest = manifest_rows(manifest);
  input.command = "./l2lbench run " + shell_word(suite.path);
  if (manifest.is_object()) {
    const json::json_pointer path("/suite/path");
    if (manifest.contains(path) && manifest[path].is_string()) {
      input.command = "./l2lbench run " + shell_word(manifest[path].get<std::string>());
    }
  }
  input.failures = converter.failures();
  input.notes = converter.notes(input.failures);
  input.experiments = converter.experiments();
  input.meta_trainings = converter.meta_trainings();
  for (const FigureSpec& spec : suite.figures) input.figures.push_back(spec);
  add_update_pictures(suite, plan, store, input);
  for (const ClaimSpec& spec : suite.claims) input.claims.push_back(spec);
  return input;
}

reports::ReportInput read_run(const std::filesystem::path& run_directory) {
  const RunDirectory directory(run_directory);
  directory.check_exists();
  const Suite suite = directory.load();
  const Store store(directory.store(), StoreMode::read);
  // A manifest that is missing or damaged only costs the report its manifest table.
  return report_input(suite, make_plan(suite), store, read_manifest(directory));
}

reports::NamedRun named_run(const std::filesystem::path& run) {
  const RunDirectory directory(run_directory_of(run));
  return {directory.root().filename().string(), read_run(directory.root())};
}

RunReport make_report(const std::filesystem::path& run_directory, const reports::ReportOptions& options,
                      const std::filesystem::path& out) {
  RunReport result;
  result.input = read_run(run_directory);
  const std::filesystem::path folder = out.empty() ? RunDirectory(run_directory).report() : out;
  result.report = reports::write_report(result.input, folder, options);
  return result;
}

}  // namespace l2l
