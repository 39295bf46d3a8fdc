#include "harness/cluster/shard_run.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <unordered_set>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "datasets/fetch.hpp"
#include "harness/cluster/handover.hpp"
#include "harness/cluster/shard_store.hpp"
#include "harness/plan/estimate.hpp"
#include "harness/plan/plan.hpp"
#include "harness/run/progress.hpp"
#include "harness/run/signals.hpp"
#include "harness/store/check.hpp"
#include "harness/store/manifest.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/suite/load.hpp"
#include "optimizers/kernels/isa.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;

class ShardRun {
 public:
  explicit ShardRun(const ShardOptions& options)
      : options_(options),
        suite_(load_suite(options.run.suite)),
        plan_(make_plan(suite_)),
        directory_(run_directory_for(suite_, options.run.directory)),
        folder_(shard_folder(options.stores.empty() ? directory_.shards() : fs::path(options.stores),
                             options.shard, options.wave)),
        handover_(directory_.handover()) {
    check_memory(suite_, options.run.max_memory);
  }

  int run() {
    find_own_jobs();
    open_earlier_attempts();
    choose_what_to_do();
    if (to_do_.empty()) return conclude({});
    const StopSignals signals;
    ShardStore own(folder_);
    own.store().set_origin(origin_text(options_.run.command));
    take_over(own.store());
    earlier_.clear();
    const RunOutcome outcome = compute(own.store());
    own.seal();
    return conclude(outcome);
  }

 private:
  void find_own_jobs() {
    const std::vector<int> waves = waves_of(plan_.jobs);
    const std::size_t count = wave_count(waves);
    if (options_.wave && *options_.wave >= count) {
      throw Error(ErrorCode::usage, fmt::format("{} has no wave {}", suite_.name, *options_.wave),
                  fmt::format("its waves are 0 to {}", count - 1));
    }
    for (std::size_t wave = 0; wave < count; ++wave) {
      if (options_.wave && *options_.wave != wave) continue;
      const auto shards = split_wave(plan_.jobs, waves, wave, options_.shard.count);
      for (const std::size_t job : shards[options_.shard.index]) own_.push_back(&plan_.jobs[job]);
    }
  }

  /// This shard's stores: of a task that was requeued, sent again, or runs elsewhere at this moment.
  void open_earlier_attempts() {
    if (!fs::exists(folder_)) return;
    for (const fs::path& file : stores_in(folder_)) {
      if (auto store = open_foreign_store(file, scratch_)) earlier_.push_back(std::move(store));
    }
  }

  bool done(const Job& job) const {
    return handover_.stored(job.key) || std::any_of(earlier_.begin(), earlier_.end(), [&](const auto& store) {
             return intact(*store, job.key);
           });
  }

  /// In the order of the plan: what a job reads is an input, or comes before it.
  void choose_what_to_do() {
    std::unordered_set<std::string> coming;
    for (const Job* job : own_) {
      if (done(*job)) {
        ++done_;
        continue;
      }
      const bool ready = std::all_of(job->reads.begin(), job->reads.end(), [&](const std::string& key) {
        return coming.contains(key) || (handover_.inputs() && handover_.inputs()->has(key));
      });
      if (!ready) {
        ++waiting_;
        continue;
      }
      coming.insert(job->key);
      to_do_.push_back(*job);
    }
  }

  /// Inputs from the merge, and where earlier attempts left off.
  void take_over(Store& store) {
    std::unordered_set<std::string> wanted;
    for (const Job& job : to_do_) wanted.insert(job.reads.begin(), job.reads.end());
    std::vector<Job> inputs;
    for (const Job& job : plan_.jobs) {
      if (wanted.contains(job.key)) inputs.push_back(job);
    }
    if (handover_.inputs()) store.adopt(*handover_.inputs(), inputs);
    for (const Job& job : to_do_) {
      std::string longest;  // a checkpoint grows with every epoch
      for (const auto& attempt : earlier_) {
        const auto bytes = attempt->checkpoint(job.key);
        if (bytes && bytes->size() > longest.size()) longest = *bytes;
      }
      if (!longest.empty()) store.put_checkpoint(job.key, longest);
    }
  }

  RunOutcome compute(Store& store) {
    choose_isa();
    FetchOptions fetch;
    fetch.stop_requested = StopSignals::requested;
    for (const std::string& name : datasets_of(to_do_)) ensure_dataset(name, fetch);
    display_ = options_.run.json ? make_progress_display(ProgressStyle::json, stdout)
                                 : make_progress_display(
                                       options_.run.quiet ? ProgressStyle::quiet : style_for(stderr), stderr);
    RunAnnouncement announcement;
    announcement.suite =
        fmt::format("{} shard {}/{}", suite_.name, options_.shard.index, options_.shard.count);
    announcement.directory = folder_;
    announcement.total = done_ + to_do_.size();
    announcement.stored = done_;
    for (const Job& job : to_do_) ++announcement.to_do[job.kind];
    display_->announce(announcement);
    return execute(to_do_, store, run_job, executor_options(options_.run), *display_);
  }

  int conclude(const RunOutcome& outcome) {
    const bool lacking = waiting_ > 0 && options_.wave;
    const int code = outcome.interrupted                    ? kInterrupted
                     : !outcome.failures.empty() || lacking ? kSomeFailed
                                                            : kAllWell;
    if (display_) {
      display_->run_finished({{"exit_code", code},
                              {"total", own_.size()},
                              {"stored", done_},
                              {"finished", outcome.finished},
                              {"failed", outcome.failures.size()},
                              {"blocked", outcome.blocked.size() + waiting_},
                              {"unfinished", outcome.unfinished}});
    }
    if (!options_.run.json && (!options_.run.quiet || code != 0)) {
      std::fputs(
          fmt::format("shard {}/{}: {} jobs: {} stored before, {} computed, {} failed, {} unfinished, {} "
                      "wait for results of other shards{}\n",
                      options_.shard.index, options_.shard.count, own_.size(), done_, outcome.finished,
                      outcome.failures.size(), outcome.unfinished + outcome.blocked.size(), waiting_,
                      waiting_ > 0 ? ": merge, and run it again" : "")
              .c_str(),
          stderr);
    }
    return code;
  }

  const ShardOptions& options_;
  const Suite suite_;
  const Plan plan_;
  const RunDirectory directory_;
  const fs::path folder_;
  const Handover handover_;
  const ScratchFolder scratch_;
  std::vector<const Job*> own_;
  std::vector<std::unique_ptr<Store>> earlier_;
  std::vector<Job> to_do_;
  std::size_t done_ = 0, waiting_ = 0;
  std::unique_ptr<ProgressDisplay> display_;
};

}  // namespace

int run_shard(const ShardOptions& options) {
  return ShardRun(options).run();
}

}  // namespace l2l
