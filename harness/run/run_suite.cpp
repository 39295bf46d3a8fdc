#include "harness/run/run_suite.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "datasets/fetch.hpp"
#include "harness/compute/run_job.hpp"
#include "harness/plan/estimate.hpp"
#include "harness/plan/plan.hpp"
#include "harness/reporting/report_input.hpp"
#include "harness/run/progress.hpp"
#include "harness/run/signals.hpp"
#include "harness/store/manifest.hpp"
#include "harness/store/reuse.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"
#include "harness/store/weights.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/suite.hpp"
#include "optimizers/kernels/isa.hpp"

namespace l2l {
namespace {

class Run {
 public:
  explicit Run(const RunOptions& options)
      : options_(options),
        suite_(load_suite(options.suite)),
        plan_(make_plan(suite_)),
        directory_(run_directory_for(suite_, options.directory)) {
    check_memory(suite_, options_.max_memory);
    directory_.check_usable_for(suite_);
    store_ = std::make_unique<Store>(directory_.store(), StoreMode::write);
    store_->set_origin(origin_text(options.command));
  }

  int run() {
    missing_ = missing_jobs(plan_.jobs, *store_);
    if (options_.reuse) reuse_ = reuse_from_siblings(directory_, *store_, missing_);
    const bool same_suite =
        std::filesystem::exists(directory_.suite()) && read_file(directory_.suite()) == suite_.canonical_yaml;
    const bool report_due = options_.report && !std::filesystem::exists(directory_.report() / "report.md");
    if (missing_.empty() && reuse_.results == 0 && same_suite && !report_due) return nothing_to_do();

    directory_.write_suite(suite_);
    const std::string started = utc_now();
    open_display();
    open_log(started);
    announce();
    begin_manifest(directory_, suite_, plan_.jobs,
                   {started, options_.command, options_.threads, options_.max_memory});
    const auto start = std::chrono::steady_clock::now();
    const RunOutcome outcome = compute();
    const int code = outcome.interrupted ? kInterrupted : outcome.failures.empty() ? kAllWell : kSomeFailed;
    nlohmann::json summary = {
        {"exit_code", code},
        {"total", plan_.jobs.size()},
        {"stored", outcome.stored},
        {"finished", outcome.finished},
        {"failed", outcome.failures.size()},
        {"blocked", outcome.blocked.size()},
        {"unfinished", outcome.unfinished},
        {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()}};
    end_manifest(directory_, *store_, plan_.jobs, summary);
    std::optional<RunReport> report;
    if (options_.report && !outcome.interrupted) {
      display_->note("writing the report");
      reports::ReportOptions report_options;
      if (!options_.since.empty()) report_options.since = named_run(options_.since);
      report = make_report(directory_.root(), report_options);
      summary["report"] = report->report.page.string();
    }
    display_->run_finished(summary);
    conclude(outcome, report);
    return code;
  }

 private:
  int nothing_to_do() {
    if (options_.json) {
      open_display();
      announce();
      display_->run_finished({{"exit_code", 0},
                              {"total", plan_.jobs.size()},
                              {"stored", plan_.jobs.size()},
                              {"finished", 0},
                              {"failed", 0},
                              {"blocked", 0},
                              {"unfinished", 0},
                              {"seconds", 0.0}});
    } else if (!options_.quiet) {
      fmt::print("{}: nothing to do, all {} jobs are stored in {}\n", suite_.name, plan_.jobs.size(),
                 directory_.root().string());
    }
    return 0;
  }

  void open_display() {
    if (options_.json) {
      display_ = make_progress_display(ProgressStyle::json, stdout);
    } else {
      display_ = make_progress_display(options_.quiet ? ProgressStyle::quiet : style_for(stderr), stderr);
    }
  }

  /// What happened to which job, one file per start, beside what is shown.
  void open_log(const std::string& started) {
    create_folders(directory_.logs());
    const std::filesystem::path file = directory_.logs() / (started + ".jsonl");
    log_.reset(std::fopen(file.c_str(), "ae"));
    if (!log_) throw_io_error(file, "write", errno);
    display_ = both(std::move(display_), make_progress_display(ProgressStyle::log, log_.get()));
  }

  void announce() {
    RunAnnouncement run;
    run.suite = suite_.name;
    run.directory = directory_.root();
    run.total = plan_.jobs.size();
    run.stored = plan_.jobs.size() - missing_.size();
    run.reused = reuse_.results;
    for (const Job& job : missing_) ++run.to_do[job.kind];
    display_->announce(run);
    if (!reuse_.other_versions.empty()) display_->note(other_versions_text(reuse_.other_versions));
  }

  RunOutcome compute() {
    export_stored_weights(directory_.weights(), plan_.jobs, *store_);
    const StopSignals signals;
    choose_isa();
    fetch_datasets();
    ExecutorOptions execution = executor_options(options_);
    execution.on_finished = [this](const Job& job, const JobResult& result) {
      if (job.kind == JobKind::select) export_weights(directory_.weights(), plan_.jobs, job, result);
    };
    return execute(plan_.jobs, *store_, run_job, execution, *display_);
  }

  void fetch_datasets() {
    const auto progress = options_.quiet || options_.json ? nullptr : make_progress();
    FetchOptions fetch;
    fetch.progress = progress.get();
    fetch.stop_requested = StopSignals::requested;
    for (const std::string& name : datasets_of(missing_)) ensure_dataset(name, fetch);
  }

  void conclude(const RunOutcome& outcome, const std::optional<RunReport>& report) {
    if (options_.json) return;
    // fputs, not fmt::print, which throws: the exit code stands even where nobody can be told.
    const auto say = [](const std::string& text) { std::fputs(text.c_str(), stderr); };
    if (report && !options_.quiet) {
      for (const std::string& warning : report->report.warnings) say(fmt::format("warning: {}\n", warning));
      fmt::print("{}report: {}\n", reports::closing_summary(report->report.verdicts),
                 reports::pages_text(report->report));
    }
    const std::string again = options_.command;
    if (outcome.interrupted) {
      say(fmt::format(
          "interrupted: {} of {} jobs are stored, and the finished epochs of those that ran\n  resume: {}\n",
          outcome.stored + outcome.finished, plan_.jobs.size(), again));
    } else if (!outcome.failures.empty()) {
      say(
          fmt::format("{} of {} jobs failed, {} are blocked by them, {} were not started\n"
                      "  see: l2lbench status {}\n  again: {}\n",
                      outcome.failures.size(), plan_.jobs.size(), outcome.blocked.size(), outcome.unfinished,
                      directory_.root().string(), again));
    }
  }

  const RunOptions& options_;
  const Suite suite_;
  const Plan plan_;
  const RunDirectory directory_;
  std::unique_ptr<Store> store_;
  std::vector<Job> missing_;
  Reuse reuse_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> log_{nullptr, std::fclose};
  std::unique_ptr<ProgressDisplay> display_;  // writes to the log: gone before it
};

}  // namespace

ExecutorOptions executor_options(const RunOptions& options) {
  ExecutorOptions execution;
  execution.threads = options.threads;
  execution.max_memory = options.max_memory;
  if (options.job_timeout) execution.job_timeout = std::chrono::duration<double>(*options.job_timeout);
  execution.fail_fast = options.fail_fast;
  execution.stop_requested = StopSignals::requested;
  execution.leave_requested = StopSignals::warned;
  execution.leave_within = std::chrono::duration<double>(options.leave_within);
  return execution;
}

std::size_t default_memory_budget() {
  return static_cast<std::size_t>(0.75 * static_cast<double>(available_memory()));
}

int run_suite(const RunOptions& options) {
  return Run(options).run();
}

}  // namespace l2l
