#include "harness/run/executor.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_set>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "harness/run/schedule.hpp"

namespace l2l {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Execution {
 public:
  Execution(const std::vector<Job>& jobs, Store& store, const JobRunner& runner,
            const ExecutorOptions& options, RunObserver& observer,
            const std::unordered_set<std::string>& stored)
      : jobs_(jobs),
        store_(store),
        runner_(runner),
        options_(options),
        observer_(observer),
        schedule_(jobs, stored, options.max_memory) {
    share_cores();
    outcome_.stored = jobs.size() - schedule_.missing();
    for (const Job& job : jobs) {
      if (!stored.contains(job.key)) cost_to_do_ += job_cost(job);
    }
  }

  RunOutcome run() {
    refuse_too_large();
    std::vector<std::jthread> threads;
    std::exception_ptr broken;
    try {
      for (std::size_t i = 0; i < std::min(options_.threads, schedule_.missing()); ++i) {
        threads.emplace_back([this] { run_jobs(); });
      }
      watch();
      threads.clear();
      deliver_events();
      observer_.progress(snapshot());
    } catch (...) {  // the observer, or no more threads: running jobs stop before anything is given up
      broken = std::current_exception();
      stop();
      threads.clear();
    }
    if (fatal_) std::rethrow_exception(fatal_);
    if (broken) std::rethrow_exception(broken);
    outcome_.unfinished = jobs_.size() - outcome_.stored - outcome_.finished - outcome_.failures.size() -
                          outcome_.blocked.size();
    outcome_.interrupted = (stop_asked_ || left_at_) && outcome_.unfinished > 0;
    std::sort(outcome_.failures.begin(), outcome_.failures.end());
    return std::move(outcome_);
  }

 private:
  void refuse_too_large() {
    const auto gib = [](std::size_t bytes) { return static_cast<double>(bytes) / (1 << 30); };
    for (const std::size_t job : schedule_.too_large()) {
      fail(job, fmt::format(
                    "needs about {:.2f} GiB by itself, the budget is {:.2f} GiB\n  hint: raise --max-memory",
                    gib(jobs_[job].bytes), gib(options_.max_memory)));
    }
  }

  // ------------------------------------------------------------ the thread that called execute()
  void watch() {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(100),
                          [this] { return over() || !events_.empty(); });
        if (over()) return;
      }
      if (!stop_asked_ && options_.stop_requested()) {
        stop_asked_ = true;
        stop();
      }
      if (!left_at_ && options_.leave_requested()) {
        left_at_ = Clock::now();
        leaving_ = true;
        changed_.notify_all();
      }
      if (left_at_ && Clock::now() - *left_at_ > options_.leave_within) stop();
      deliver_events();
      if (Clock::now() - last_progress_ >= std::chrono::milliseconds(100)) {
        last_progress_ = Clock::now();
        observer_.progress(snapshot());
      }
    }
  }

  void deliver_events() {
    std::vector<std::function<void()>> events;
    {
      const std::lock_guard lock(mutex_);
      events.swap(events_);
    }
    for (const auto& event : events) event();
  }

  RunProgress snapshot() {
    const std::lock_guard lock(mutex_);
    RunProgress now;
    now.total = jobs_.size();
    now.done = outcome_.stored + outcome_.finished;
    now.failed = outcome_.failures.size();
    now.blocked = outcome_.blocked.size();
    now.elapsed = seconds_since(start_);
    double done = cost_done_;
    for (const auto& [job, state] : running_) {
      now.running.push_back(state);
      done += state.fraction * job_cost(jobs_[job]);
    }
    if (done > 0 && now.elapsed > 1) now.remaining = std::max(0.0, cost_to_do_ - done) / done * now.elapsed;
    return now;
  }

  // ------------------------------------------------------------ the threads that run jobs
  void run_jobs() {
    for (;;) {
      std::optional<std::size_t> job;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          if (!stopping_ && !leaving_) job = schedule_.take();
          return job || over();
        });
        if (!job) return;
        share_cores();
        running_[*job] = {&jobs_[*job], 0, "", Clock::now()};
        events_.push_back([this, index = *job] { observer_.job_started(jobs_[index]); });
      }
      changed_.notify_all();
      run_one(*job);
      changed_.notify_all();
    }
  }

  void run_one(std::size_t index) {
    const FlushDenormals flush;
    const Job& job = jobs_[index];
    const Clock::time_point start = Clock::now();
    bool stopped = false;
    std::string failure;
    std::optional<JobResult> result;
    try {
      result = runner_(job, context(index, start, stopped));
    } catch (const Error& error) {
      failure = error.what();
      stopped = stopped && error.code() == ErrorCode::interrupted;
    } catch (const std::bad_alloc&) {
      failure = "out of memory\n  hint: lower --threads, or set --max-memory";
    } catch (const std::exception& error) {
      failure = error.what();
    }
    const double seconds = seconds_since(start);
    try {
      if (result) {
        store_.put(job, *result, seconds);
        options_.on_finished(job, *result);
        finish(index, result->digest(), seconds);
      } else if (stopped) {
        const std::lock_guard lock(mutex_);
        schedule_.stopped(index);
        leave(index);
      } else {
        fail(index, failure);
      }
    } catch (...) {  // the store cannot be written, or the like: nothing more can be kept
      const std::lock_guard lock(mutex_);
      if (!fatal_) fatal_ = std::current_exception();
      schedule_.stopped(index);
      leave(index);
      stopping_ = true;
    }
  }

  [[noreturn]] static void give_up(bool& stopped) {
    std::atomic_ref(stopped).store(true);
    throw Error(ErrorCode::interrupted, "stopped");
  }

  JobContext context(std::size_t index, Clock::time_point start, bool& stopped) {
    const Job& job = jobs_[index];
    JobContext context;
    context.read = [this, &job](const std::string& key) {
      L2L_CHECK(std::find(job.reads.begin(), job.reads.end(), key) != job.reads.end(),
                "{} reads {}, which is not in its key", job.label, key);
      std::optional<JobResult> result = store_.get(key);
      L2L_CHECK(result.has_value(), "{} reads {}, which is not stored", job.label, key);
      return *std::move(result);
    };
    context.load_checkpoint = [this, &job] { return store_.checkpoint(job.key); };
    context.save_checkpoint = [this, &job, &stopped](const std::string& bytes) {
      store_.put_checkpoint(job.key, bytes);
      if (leaving_) give_up(stopped);
    };
    context.progress = [this, index](double fraction, const std::string& text) {
      const std::lock_guard lock(mutex_);
      RunningJob& state = running_[index];
      state.fraction = std::clamp(fraction, 0.0, 1.0);
      state.text = text;
    };
    context.check_stop = [this, start, &stopped] {
      if (stopping_) give_up(stopped);
      if (options_.job_timeout && Clock::now() - start > *options_.job_timeout) {
        throw Error(
            ErrorCode::interrupted,
            fmt::format("took longer than the {:g} s of --timeout-per-job", options_.job_timeout->count()),
            "its finished epochs are kept: run again with a longer limit and it goes on from there");
      }
    };
    return context;
  }

  void finish(std::size_t index, const std::string& digest, double seconds) {
    const std::lock_guard lock(mutex_);
    schedule_.finished(index);
    leave(index);
    ++outcome_.finished;
    cost_done_ += job_cost(jobs_[index]);
    events_.push_back([=, this] { observer_.job_finished(jobs_[index], digest, seconds); });
  }

  void fail(std::size_t index, const std::string& message) {
    store_.put_failure(jobs_[index], message);
    const std::lock_guard lock(mutex_);
    for (const std::size_t blocked : schedule_.failed(index)) {
      outcome_.blocked.push_back(blocked);
      cost_to_do_ -= job_cost(jobs_[blocked]);
    }
    leave(index);
    outcome_.failures.emplace_back(index, message);
    cost_to_do_ -= job_cost(jobs_[index]);
    events_.push_back([=, this] { observer_.job_failed(jobs_[index], message); });
    if (options_.fail_fast) stopping_ = true;
  }

  // ------------------------------------------------------------ shared
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
  }
  // The rest is called with mutex_ held.

  void leave(std::size_t index) {
    running_.erase(index);
    share_cores();
  }
  /// Cores without a job of their own help inside the running ones: a thread per running job and
  /// `threads - running` helpers make `threads` in all.
  void share_cores() {
    const std::size_t helpers = options_.threads - std::min(options_.threads, schedule_.running());
    // The new limit stands before the old one goes: there is always one.
    cores_ = std::make_unique<ThreadLimit>(helpers + 1);
  }
  bool over() const { return schedule_.running() == 0 && (stopping_ || leaving_ || schedule_.exhausted()); }

  const std::vector<Job>& jobs_;
  Store& store_;
  const JobRunner& runner_;
  const ExecutorOptions& options_;
  RunObserver& observer_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point last_progress_;
  bool stop_asked_ = false;
  std::optional<Clock::time_point> left_at_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Schedule schedule_;
  std::map<std::size_t, RunningJob> running_;
  std::vector<std::function<void()>> events_;
  RunOutcome outcome_;
  double cost_to_do_ = 0, cost_done_ = 0;
  std::exception_ptr fatal_;
  std::atomic<bool> stopping_ = false, leaving_ = false;
  std::unique_ptr<ThreadLimit> cores_;
};

}  // namespace

RunOutcome execute(const std::vector<Job>& jobs, Store& store, const JobRunner& runner,
                   const ExecutorOptions& options, RunObserver& observer) {
  L2L_CHECK(options.threads >= 1, "threads={}", options.threads);
  const std::vector<std::string> keys = store.keys();
  const std::unordered_set<std::string> stored(keys.begin(), keys.end());
  const bool missing =
      std::any_of(jobs.begin(), jobs.end(), [&](const Job& job) { return !stored.contains(job.key); });
  if (!missing) {
    RunOutcome outcome;
    outcome.stored = jobs.size();
    return outcome;
  }
  return Execution(jobs, store, runner, options, observer, stored).run();
}

}  // namespace l2l
