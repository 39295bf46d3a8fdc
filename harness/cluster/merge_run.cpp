#include "harness/cluster/merge_run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <unordered_set>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "harness/cluster/handover.hpp"
#include "harness/cluster/shard_store.hpp"
#include "harness/compute/run_job.hpp"
#include "harness/plan/plan.hpp"
#include "harness/reporting/report_input.hpp"
#include "harness/run/executor.hpp"
#include "harness/run/signals.hpp"
#include "harness/store/lock.hpp"
#include "harness/store/manifest.hpp"
#include "harness/store/reuse.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/weights.hpp"
#include "harness/suite/load.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;

/// Merges are short: one that finds another at work waits for it.
std::unique_ptr<Store> open_when_free(const RunDirectory& directory, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    try {
      return std::make_unique<Store>(directory.store(), StoreMode::merge);
    } catch (const Error&) {
      if (lock_holder(directory.lock()).empty() || Clock::now() > deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
}

std::vector<fs::path> files_of(const MergeOptions& options, const RunDirectory& directory) {
  std::vector<fs::path> files;
  const auto add = [&](const fs::path& place) {
    for (const fs::path& file : stores_in(place)) {
      std::error_code error;
      if (!fs::equivalent(file, directory.store(), error)) files.push_back(file);
    }
  };
  for (const std::string& source : options.sources) add(source);
  if (options.sources.empty() && fs::exists(directory.shards())) add(directory.shards());
  return files;
}

/// Selections whose candidates are all there.
std::vector<Job> due_selections(const std::vector<Job>& jobs, const Store& store) {
  const std::vector<std::string> keys = store.keys();
  const std::unordered_set<std::string> stored(keys.begin(), keys.end());
  std::vector<Job> due;
  for (const Job& job : jobs) {
    if (job.kind == JobKind::select && !stored.contains(job.key) &&
        std::all_of(job.reads.begin(), job.reads.end(),
                    [&](const auto& key) { return stored.contains(key); }))
      due.push_back(job);
  }
  return due;
}

void add(MergeCounts& sum, MergeCounts counts) {
  sum.added += counts.added;
  sum.equal += counts.equal;
  sum.damaged += counts.damaged;
  sum.foreign += counts.foreign;
  std::move(counts.conflicts.begin(), counts.conflicts.end(), std::back_inserter(sum.conflicts));
}

}  // namespace

MergeReport merge_run(const MergeOptions& options) {
  const Suite suite = load_suite(options.suite);
  const Plan plan = make_plan(suite);
  const RunDirectory directory(run_directory_for(suite, options.directory));
  directory.check_usable_for(suite);
  const std::vector<fs::path> files = files_of(options, directory);
  const std::unique_ptr<Store> store = open_when_free(directory, options.wait);
  store->set_origin(origin_text(options.command));
  directory.write_suite(suite);
  begin_manifest(directory, suite, plan.jobs, {utc_now(), options.command, 1, 0});

  MergeReport report;
  report.directory = directory.root();
  report.planned = plan.jobs.size();
  Merger merger(*store, plan.jobs);
  for (const fs::path& file : files) {
    const ScratchFolder scratch;
    if (const auto source = open_foreign_store(file, scratch)) {
      add(report.counts, merger.add(*source));
      ++report.sources;
    } else {
      ++report.unreadable;
    }
  }
  merger.finish();
  std::vector<Job> missing = missing_jobs(plan.jobs, *store);
  if (options.reuse) report.reuse = reuse_from_siblings(directory, *store, missing);

  ExecutorOptions execution;
  const StopSignals signals;
  execution.stop_requested = StopSignals::requested;
  RunObserver silent;
  report.selected = execute(due_selections(plan.jobs, *store), *store, run_job, execution, silent).finished;
  export_stored_weights(directory.weights(), plan.jobs, *store);
  write_handover(directory.handover(), *store, plan.jobs);

  for (const Job& job : plan.jobs) {
    const bool stored = store->has(job.key);
    report.stored += stored;
    report.failed += !stored && store->failure(job.key).has_value();
  }
  report.conflicts = store->conflicts();
  end_manifest(directory, *store, plan.jobs,
               {{"merged", report.counts.added},
                {"finished", report.selected},
                {"failed", report.failed},
                {"conflicts", report.conflicts.size()},
                {"exit_code", report.conflicts.empty() ? kAllWell : kCheckFailed}});
  if (options.report && report.stored == report.planned) {
    report.pages = reports::pages_text(make_report(directory.root()).report);
  }
  return report;
}

}  // namespace l2l
