#include "harness/plan/plan.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/random.hpp"
#include "harness/plan/draw.hpp"
#include "harness/plan/estimate.hpp"
#include "harness/suite/fields.hpp"
#include "optimizers/rate_schedule_fields.hpp"
#include "optimizers/rule.hpp"

namespace l2l {
namespace {

using nlohmann::json;

class Planner {
 public:
  explicit Planner(const ComponentVersions& versions) : versions_(versions) {}

  CellJobs plan_cell(const Cell& cell) {
    return cell.optimizer.learned ? plan_learned(cell, *cell.optimizer.learned)
                                  : plan_baseline(cell, *cell.optimizer.baseline);
  }

  std::vector<Job> jobs;

 private:
  /// The job of that key, added where there is none yet.
  std::size_t add(JobKind kind, json config, const std::vector<std::size_t>& reads, std::string label,
                  const Estimate& estimate) {
    std::vector<std::string> keys;
    for (const std::size_t read : reads) keys.push_back(jobs[read].key);
    const std::string key = job_key(kind, config, keys);
    const auto [found, is_new] = index_.emplace(key, jobs.size());
    if (is_new)
      jobs.push_back({kind,
                      std::move(config),
                      std::move(keys),
                      key,
                      std::move(label),
                      {},
                      estimate.flop,
                      estimate.bytes});
    return found->second;
  }

  /// A replica's jobs are as if it were the only one. Its number stands in the configurations of its
  /// trainings from the second replica on: the first is what there was before there were replicas.
  std::size_t add_meta_train(const Cell& cell, const LearnedSpec& learned, int replica, int seed,
                             std::optional<double> rate, int epochs, const std::vector<std::size_t>& reads) {
    json trained = canonical(learned);
    trained["version"] = versions_.architecture(learned.architecture);
    json config = {{"optimizee", versioned(cell.trained_on)},
                   {"learned", std::move(trained)},
                   {"seed", seed},
                   {"learning_rate", rate ? json(*rate) : json(nullptr)},
                   {"epochs", epochs}};
    if (replica > 0) config["replica"] = replica;
    std::string label = fmt::format("meta-train {} on {}, {} epochs, seed {}{}", cell.optimizer.name,
                                    cell.trained_on.name, epochs, seed, replica_text(replica));
    if (rate) label += fmt::format(", learning rate {}", *rate);
    return add(JobKind::meta_train, std::move(config), reads, std::move(label),
               estimate_meta_train(cell.trained_on, learned, epochs));
  }

  std::size_t add_select(const Cell& cell, const LearnedSpec& learned, int replica,
                         const std::vector<std::size_t>& reads) {
    return add(JobKind::select, {{"by", "validation"}}, reads,
               fmt::format("select {} of {} trained on {}{}", cell.optimizer.name, reads.size(),
                           cell.trained_on.name, replica_text(replica)),
               estimate_select(learned.architecture, reads.size()));
  }

  /// The random search for the meta learning rate, ending in its select job.
  std::size_t plan_search(const Cell& cell, const LearnedSpec& learned, int replica) {
    const LearningRateSearch& search = learned.training.search;
    const RandomStream stream(seed_from("meta learning rate" + canonical(cell.trained_on).dump() +
                                        canonical(learned).dump() + replica_text(replica)));
    std::vector<std::size_t> candidates;
    for (int i = 0; i < search.samples; ++i) {
      const double u = stream.uniform(static_cast<std::uint64_t>(i));
      const double rate = draw_log_uniform(search.low, search.high, u);
      candidates.push_back(add_meta_train(cell, learned, replica, 0, rate, search.epochs, {}));
    }
    return add_select(cell, learned, replica, candidates);
  }

  /// The select job of a phi that an earlier run trained: it has only one candidate, a file.
  std::size_t add_load(const Cell& cell, const LearnedSpec& learned) {
    const PhiFileReference& file = *learned.phi_file;
    const std::size_t index = add(JobKind::select, {{"by", "file"}, {"sha256", file.sha256}}, {},
                                  fmt::format("load {} from {}", cell.optimizer.name, file.path),
                                  estimate_select(learned.architecture, 1));
    jobs[index].files = {{file.sha256, file.path}};
    return index;
  }

  /// The job whose phi is evaluated.
  std::size_t plan_phi(const Cell& cell, const LearnedSpec& learned, int replica) {
    if (learned.phi_file) return add_load(cell, learned);
    const MetaTrainingSpec& training = learned.training;
    std::vector<std::size_t> reads;
    if (!training.learning_rate) reads.push_back(plan_search(cell, learned, replica));
    std::vector<std::size_t> trained;
    for (int seed = 0; seed < training.seeds; ++seed)
      trained.push_back(
          add_meta_train(cell, learned, replica, seed, training.learning_rate, training.epochs, reads));
    return add_select(cell, learned, replica, trained);
  }

  CellJobs plan_learned(const Cell& cell, const LearnedSpec& learned) {
    CellJobs result;
    json architecture = canonical(learned.architecture);
    architecture["version"] = versions_.architecture(learned.architecture);
    for (int replica = 0; replica < learned.training.replicas; ++replica) {
      result.select.push_back(plan_phi(cell, learned, replica));
      for (const std::size_t block :
           plan_evaluate(cell, {{"learned", architecture}}, {result.select.back()}, replica_text(replica)))
        result.evaluate.push_back(block);
    }
    return result;
  }

  CellJobs plan_baseline(const Cell& cell, const BaselineSpec& baseline) {
    const Rule* rule = find_rule(baseline.rule);
    L2L_CHECK(rule != nullptr, "rule={}", baseline.rule);
    json hyperparameters = json::object();
    for (const auto& [name, value] : rule->defaults) hyperparameters[name] = value;
    for (const auto& [name, value] : baseline.hyperparameters) hyperparameters[name] = value;

    json optimizer = {{"rule", rule->name},
                      {"version", versions_.rule(*rule, baseline.hyperparameters)},
                      {"hyperparameters", hyperparameters},
                      {"tuned", tuned_form(baseline)}};
    // Absent where the rate is constant: as in the configurations from before it could be anything else.
    if (!baseline.schedule.is_flat()) optimizer[kScheduleName] = canonical(baseline.schedule);

    CellJobs result;
    if (baseline.tune) {
      json config = fields<TuningSpec>().canonical(baseline.tuning);
      config.update(optimizer);
      config.update({{"optimizee", versioned(cell.optimizee)}, {"horizon", cell.tune_horizon}});
      result.tune = {add(JobKind::tune, std::move(config), {},
                         fmt::format("tune {} on {}{}, horizon {}", cell.optimizer.name, cell.optimizee.name,
                                     point_text(cell), cell.tune_horizon),
                         estimate_tune(cell.optimizee, baseline, cell.tune_horizon))};
    }
    result.evaluate = plan_evaluate(cell, optimizer, result.tune, "");
    return result;
  }

  /// What tuning finds: a name of a grid, names of a search, null.
  static json tuned_form(const BaselineSpec& baseline) {
    const std::vector<std::string> names = tuned_names(baseline);
    if (names.empty()) return nullptr;
    return baseline.tuning.search ? json(names) : json(names.front());
  }

  /// Blocks of seeds_per_job seeds from the first one: a larger count keeps the keys of full blocks.
  std::vector<std::size_t> plan_evaluate(const Cell& cell, const json& optimizer,
                                         const std::vector<std::size_t>& reads, const std::string& replica) {
    std::vector<std::size_t> result;
    const json optimizee = versioned(cell.optimizee);
    for (std::uint64_t done = 0; done < cell.seeds; done += cell.seeds_per_job) {
      const std::uint64_t first = cell.first_seed + done;
      const std::uint64_t seeds = std::min(cell.seeds_per_job, cell.seeds - done);
      json config = {{"optimizee", optimizee},
                     {"horizon", cell.horizon},
                     {"first_seed", first},
                     {"seeds", seeds},
                     {"optimizer", optimizer}};
      result.push_back(add(
          JobKind::evaluate, std::move(config), reads,
          fmt::format("evaluate {} on {}{}, horizon {}, seeds {}..{}{}", cell.optimizer.name,
                      cell.optimizee.name, point_text(cell), cell.horizon, first, first + seeds - 1, replica),
          estimate_evaluate(cell.optimizee, cell.optimizer, cell.horizon, seeds)));
    }
    return result;
  }

  /// Empty of the first one.
  static std::string replica_text(int replica) {
    return replica == 0 ? "" : fmt::format(", replica {}", replica);
  }

  static std::string point_text(const Cell& cell) {
    std::string text;
    for (const auto& [axis, value] : cell.coordinates)
      if (axis != "horizon") text += fmt::format("{}{}={}", text.empty() ? " (" : ", ", axis, value);
    return text.empty() ? "" : text + ")";
  }

  /// Of jobs: seeds derive from canonical(), which has no version.
  json versioned(const OptimizeeSpec& spec) const {
    json config = canonical(spec);
    config["version"] = versions_.optimizee(optimizee_kind(spec.kind));
    return config;
  }

  const ComponentVersions& versions_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

Plan make_plan(const Suite& suite, const ComponentVersions& versions) {
  Planner planner(versions);
  Plan plan;
  for (const ExperimentSpec& experiment : suite.experiments) {
    plan.cells.emplace_back();
    for (const Cell& cell : experiment.cells) plan.cells.back().push_back(planner.plan_cell(cell));
  }
  plan.jobs = std::move(planner.jobs);
  return plan;
}

}  // namespace l2l
