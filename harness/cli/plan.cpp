#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/plan/estimate.hpp"
#include "harness/plan/one_training.hpp"
#include "harness/plan/summary.hpp"
#include "harness/reporting/budget.hpp"
#include "harness/run/run_suite.hpp"
#include "harness/store/reuse.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/store.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/questions.hpp"
#include "reports/results/points.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;

struct PlanOptions {
  std::string suite;
  std::string run;
  bool jobs = false;
};

/// The stores `run` would look into: its own, then those beside it.
class Stores {
 public:
  explicit Stores(const RunDirectory& directory) {
    if (fs::exists(directory.store())) own_ = std::make_unique<Store>(directory.store(), StoreMode::peek);
    for (const fs::path& file : directory.sibling_stores()) {
      try {
        others_.push_back(std::make_unique<Store>(file, StoreMode::peek));
      } catch (const OtherStoreVersion&) {
        other_versions_.push_back(file.parent_path());
      } catch (const Error&) {
        // A neighbour that cannot be read only means that nothing is taken over from it.
      }
    }
  }

  std::optional<StoredJob> lookup(const std::string& key) const {
    if (own_ && own_->has(key)) return StoredJob{false, own_->seconds(key)};
    for (const auto& other : others_)
      if (other->has(key)) return StoredJob{true, other->seconds(key)};
    return std::nullopt;
  }

  /// Whether it is known of a tuning that every rate diverged.
  bool no_rate_works(const Job& job) const {
    if (job.kind != JobKind::tune) return false;
    std::optional<JobResult> result = own_ ? own_->get(job.key) : std::nullopt;
    for (const auto& other : others_)
      if (!result) result = other->get(job.key);
    return result && result->summary.at("loss").is_null();
  }

  const std::vector<fs::path>& other_versions() const { return other_versions_; }

 private:
  std::unique_ptr<Store> own_;
  std::vector<std::unique_ptr<Store>> others_;
  std::vector<fs::path> other_versions_;  // run directories
};

void print_plan_row(const std::string& name, const KindSummary& kind) {
  fmt::print("{:<11} {:>6} {:>7} {:>10} {:>6}  {:>9}\n", name, kind.jobs, kind.stored, kind.elsewhere,
             kind.to_do(), kind.to_do() == 0 ? "-" : format_duration(kind.seconds));
}

void print_summary(const PlanSummary& summary) {
  fmt::print("{:<11} {:>6} {:>7} {:>10} {:>6}  {:>9}\n", "kind", "jobs", "stored", "elsewhere", "to do",
             "core time");
  for (std::size_t i = 0; i < kJobKinds.size(); ++i)
    print_plan_row(to_string(kJobKinds[i]), summary.kinds[i]);
  print_plan_row("total", summary.total);
  if (summary.total.elsewhere > 0)
    fmt::print("elsewhere: in the store of a neighbouring run, taken over by `run`\n");
  if (summary.total.to_do() == 0) {
    fmt::print("\nnothing to do\n");
    return;
  }
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  fmt::print("\ntime:   roughly {} on {} core{} ({})\n", format_duration(summary.wall_seconds(cores)), cores,
             cores == 1 ? "" : "s",
             summary.total.measured
                 ? "from stored jobs of the same kind where there are any"
                 : fmt::format("assuming {:.3g} GFLOP/s a core; better once jobs are stored",
                               kAssumedFlopPerSecond / 1e9));
  fmt::print("memory: roughly {} for the largest job, up to {} with {} at a time, data sets not counted\n",
             bytes_text(summary.largest_bytes), bytes_text(summary.largest_bytes * cores), cores);
}

void warn_of_one_training(const Suite& suite) {
  const std::vector<std::string> ids = claims_on_one_training(suite);
  if (ids.empty()) return;
  fmt::print(
      "\nwarning: {} of {} claims rest{} on one training of a learned optimizer, and hold of its phi only "
      "(`meta_training: {{replicas: R}}` trains R times): {}\n",
      ids.size(), suite.claims.size(), ids.size() == 1 ? "s" : "", fmt::join(ids, ", "));
}

/// What is spent before anything is evaluated.
void print_budget(const Plan& plan) {
  const auto gradients = [&](JobKind kind) {
    std::vector<const Job*> jobs;
    for (const Job& job : plan.jobs)
      if (job.kind == kind) jobs.push_back(&job);
    return planned_budget(jobs).gradients;
  };
  fmt::print("before evaluation: {:.3g} gradients for tuning, {:.3g} for meta-training\n",
             gradients(JobKind::tune), gradients(JobKind::meta_train));
}

int run_plan(const PlanOptions& options) {
  const Suite suite = load_suite(options.suite);
  check_memory(suite, default_memory_budget());
  const Plan plan = make_plan(suite);
  const RunDirectory directory(run_directory_for(suite, options.run));
  const Stores stores(directory);
  const auto lookup = [&](const std::string& key) { return stores.lookup(key); };

  std::size_t cells = 0;
  for (const ExperimentSpec& experiment : suite.experiments) cells += experiment.cells.size();
  fmt::print("suite {}: {} experiment{}, {} cells, {} figures, {} claims\nrun directory {}{}\n\n", suite.name,
             suite.experiments.size(), suite.experiments.size() == 1 ? "" : "s", cells, suite.figures.size(),
             suite.claims.size(), directory.root().string(), fs::exists(directory.store()) ? "" : " (new)");
  if (options.jobs) {
    for (const Job& job : plan.jobs) {
      const std::optional<StoredJob> stored = lookup(job.key);
      fmt::print("{} {:<9} {}\n", job.key.substr(0, 12),
                 !stored             ? "to do"
                 : stored->elsewhere ? "elsewhere"
                                     : "stored",
                 job.label);
    }
    fmt::print("\n");
  }
  print_summary(summarise(plan, lookup));
  if (const std::string text = other_versions_text(stores.other_versions()); !text.empty())
    fmt::print("{}\n", text);
  print_budget(plan);
  for (const Job& job : plan.jobs)
    if (stores.no_rate_works(job)) fmt::print("warning: {}: {}\n", job.label, reports::kNoRateWorks);
  warn_of_one_training(suite);
  return 0;
}

}  // namespace

void add_plan_command(const Command& program) {
  const auto options = std::make_shared<PlanOptions>();
  const Command command =
      program.command("plan", "Lists what a run of a suite would do; does nothing itself");
  command.option("SUITE", options->suite, "suite file").required();
  command.option("--run", options->run, "run directory (default: runs/<suite name>)").value_name("DIR");
  command.flag("--jobs", options->jobs, "list every job with the start of its key");
  command.action([options] { return run_plan(*options); });
}

}  // namespace l2l
