#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/digest.hpp"
#include "core/exit_codes.hpp"
#include "core/parallel.hpp"
#include "datasets/fetch.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cluster/shard_store.hpp"
#include "harness/plan/plan.hpp"
#include "harness/run/executor.hpp"
#include "harness/run/progress.hpp"
#include "harness/run/signals.hpp"
#include "harness/store/check.hpp"
#include "harness/store/manifest.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"
#include "optimizers/kernels/isa.hpp"

namespace l2l {
namespace {

struct VerifyOptions {
  std::string run;
  std::size_t sample = 10;
  std::vector<std::string> keys;  ///< or their first characters
  bool all = false;
  bool repair = false;
  std::uint64_t seed = 0;
  std::size_t threads = 1;
};

/// The stored jobs whose keys start with one of `starts`.
std::vector<Job> jobs_by_key(const Plan& plan, const Store& store, const std::vector<std::string>& starts) {
  std::set<std::string> keys;
  for (const std::string& start : starts) {
    std::vector<const Job*> found;
    for (const Job& job : plan.jobs) {
      if (job.key.starts_with(start)) found.push_back(&job);
    }
    if (found.empty()) {
      throw Error(ErrorCode::usage, {}, fmt::format("--job {}: this run has no job of that key", start),
                  "keys are in the report, under 'Where the numbers come from'");
    }
    if (found.size() > 1) {
      throw Error(ErrorCode::usage, {}, fmt::format("--job {}: {} keys begin like that", start, found.size()),
                  "give more characters of the key");
    }
    if (!store.has(found.front()->key)) {
      throw Error(
          ErrorCode::usage, {}, fmt::format("--job {}: it has no result", start),
          fmt::format("'{}' failed or is still to do: l2lbench status says which", found.front()->label));
    }
    keys.insert(found.front()->key);
  }
  std::vector<Job> jobs;
  for (const Job& job : plan.jobs) {
    if (keys.count(job.key) > 0) jobs.push_back(job);
  }
  return jobs;
}

/// The jobs that were named, all stored jobs, or a sample that depends on keys and the seed only.
std::vector<Job> chosen_jobs(const Plan& plan, const Store& store, const VerifyOptions& options) {
  if (!options.keys.empty()) return jobs_by_key(plan, store, options.keys);
  std::vector<Job> jobs;
  for (const Job& job : plan.jobs) {
    if (store.has(job.key)) jobs.push_back(job);
  }
  if (options.all || jobs.size() <= options.sample) return jobs;
  const auto rank = [&](const Job& job) {
    return sha256_hex(fmt::format("verify {} {}", options.seed, job.key));
  };
  std::sort(jobs.begin(), jobs.end(), [&](const Job& a, const Job& b) { return rank(a) < rank(b); });
  jobs.resize(options.sample);
  return jobs;
}

class Verification {
 public:
  explicit Verification(const VerifyOptions& options) : options_(options), directory_(options.run) {
    directory_.check_exists();
    plan_ = make_plan(directory_.load());
    store_ = std::make_unique<Store>(directory_.store(), options.repair ? StoreMode::write : StoreMode::read);
  }

  int run() {
    const std::vector<Job> jobs = chosen_jobs(plan_, *store_, options_);
    if (jobs.empty()) {
      fmt::print("nothing to verify: no job of this run is stored\n");
      return kInconclusive;
    }
    const ScratchFolder scratch;
    Store recomputed(scratch.path() / "store.sqlite", StoreMode::write);
    const RunOutcome outcome = recompute(jobs, recomputed);
    std::size_t equal = 0, different = 0, repaired = 0;
    for (const Job& job : jobs) {
      const std::optional<std::string> digest = recomputed.digest(job.key);
      const bool sound = intact(*store_, job.key);
      if (digest && sound && *digest == *store_->digest(job.key)) {
        ++equal;
        // Only a machine that can change the store may say that its bits are the right ones.
        if (options_.repair) store_->resolve_conflicts(job.key);
      } else if (digest || !sound) {
        ++different;
        repaired += report_difference(job, digest, sound, recomputed);
      }
    }
    for (const auto& [index, message] : outcome.failures)
      fmt::print("not computed: {}\n  {}\n", jobs[index].label, message);
    fmt::print("{} of {} jobs verified: {} equal to the bit, {} different or damaged", equal + different,
               jobs.size(), equal, different);
    if (repaired > 0) fmt::print(", {} of them repaired", repaired);
    fmt::print("\n");
    if (outcome.interrupted) return kInterrupted;
    if (different > repaired) return kCheckFailed;
    return outcome.failures.empty() ? kAllWell : kSomeFailed;
  }

 private:
  /// Every job alone: what it reads comes from the run, so one wrong result does not hide behind another.
  RunOutcome recompute(const std::vector<Job>& jobs, Store& into) {
    choose_isa();
    const StopSignals signals;
    FetchOptions fetch;
    fetch.stop_requested = StopSignals::requested;
    for (const std::string& name : datasets_of(jobs)) ensure_dataset(name, fetch);

    std::unordered_map<std::string, const Job*> originals;
    std::vector<Job> independent = jobs;
    for (Job& job : independent) job.reads.clear();
    for (const Job& job : jobs) originals.emplace(job.key, &job);
    const JobRunner runner = [&](const Job& job, const JobContext& context) {
      JobContext reading = context;
      reading.read = [this](const std::string& key) {
        std::optional<JobResult> result = store_->get(key);
        if (!result) {
          throw Error(ErrorCode::store, {directory_.store().string()},
                      "what this job reads is no longer stored",
                      fmt::format("run the suite again: l2lbench run {}", directory_.suite().string()));
        }
        return *std::move(result);
      };
      return run_job(*originals.at(job.key), reading);
    };
    ExecutorOptions execution;
    execution.threads = options_.threads;
    execution.max_memory = available_memory();
    execution.stop_requested = StopSignals::requested;
    const auto display = make_progress_display(style_for(stderr), stderr);
    const RunOutcome outcome = execute(independent, into, runner, execution, *display);
    display->run_finished({});
    return outcome;
  }

  /// Returns whether the result was repaired: only bits that lead back to the stored digest are put back.
  bool report_difference(const Job& job, const std::optional<std::string>& digest, bool sound,
                         const Store& recomputed) {
    const std::string stored = store_->digest(job.key).value_or("none");
    fmt::print("{}: {}\n  key {}\n  stored     {}\n  recomputed {}\n", sound ? "different" : "damaged",
               job.label, job.key, stored, digest.value_or("not computed"));
    if (!options_.repair || sound || digest != stored) return false;
    const double seconds = store_->seconds(job.key).value_or(0);
    store_->put(job, *recomputed.get(job.key), seconds);
    return true;
  }

  const VerifyOptions& options_;
  RunDirectory directory_;
  Plan plan_;
  std::unique_ptr<Store> store_;
};

}  // namespace

void add_verify_command(const Command& program) {
  const auto given = std::make_shared<VerifyOptions>();
  given->threads = hardware_threads();
  const Command command = program.command("verify", "Compute jobs of a run once more and compare every bit");
  command.option("run", given->run, "Run directory, for instance runs/quick").required();
  const Option sample = command.option("--sample", given->sample, "How many stored jobs (default: 10)");
  sample.range(1, 1'000'000'000);
  const Option all = command.flag("--all", given->all, "All stored jobs").excludes(sample);
  command.option("--job", given->keys, "This job: its key, or the first characters of it (repeatable)")
      .excludes(sample)
      .excludes(all);
  command.option("--seed", given->seed, "Another seed draws another sample");
  command.flag("--repair", given->repair, "Put damaged results right, where the digest proves the new bits");
  command.option("--threads", given->threads, "Cores to use (default: all)").range(1, 4096);
  command.action([given] { return Verification(*given).run(); });
}

}  // namespace l2l
