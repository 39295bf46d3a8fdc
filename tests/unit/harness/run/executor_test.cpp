#include "harness/run/executor.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/harness/run/executor_fixture.hpp"

namespace l2l {
namespace {

using test::ExecutorFixture;
using test::job_named;
using test::result_of;

/// 1 + the sum of what it reads.
JobResult sum(const Job& job, const JobContext& context) {
  double value = 1;
  for (const std::string& key : job.reads) value += context.read(key).summary.at("value").get<double>();
  return result_of(value);
}

/// a -> c, b -> c, c -> d
std::vector<Job> diamond() {
  const Job a = job_named("a"), b = job_named("b"), c = job_named("c", {a.key, b.key}),
            d = job_named("d", {c.key});
  return {a, b, c, d};
}

TEST_CASE("jobs run after what they read, on any number of threads") {
  const auto threads = GENERATE(1, 2, 4);
  ExecutorFixture fixture;
  fixture.options.threads = static_cast<std::size_t>(threads);
  const std::vector<Job> jobs = diamond();
  const RunOutcome outcome = fixture.run(jobs, sum);
  CHECK(outcome.finished == 4);
  CHECK(outcome.unfinished == 0);
  CHECK_FALSE(outcome.interrupted);
  CHECK(fixture.store.get(jobs[3].key)->summary.at("value") == 4.0);
}

TEST_CASE("what is stored does not run again") {
  ExecutorFixture fixture;
  const std::vector<Job> jobs = diamond();
  fixture.store.put(jobs[0], result_of(10), 1);
  std::atomic<int> runs = 0;
  const JobRunner counting = [&](const Job& job, const JobContext& context) {
    ++runs;
    return sum(job, context);
  };
  const RunOutcome first = fixture.run(jobs, counting);
  CHECK(first.stored == 1);
  CHECK(first.finished == 3);
  CHECK(runs == 3);
  CHECK(fixture.store.get(jobs[3].key)->summary.at("value") == 13.0);
  const RunOutcome second = fixture.run(jobs, counting);
  CHECK(second.stored == 4);
  CHECK(second.finished == 0);
  CHECK(runs == 3);
}

TEST_CASE("a failed job fails alone; what needs it is blocked, the rest goes on") {
  ExecutorFixture fixture;
  std::vector<Job> jobs = diamond();
  jobs.push_back(job_named("e"));
  const JobRunner runner = [&](const Job& job, const JobContext& context) {
    if (job.key == jobs[1].key) throw Error(ErrorCode::data, "no luck today");
    return sum(job, context);
  };
  const RunOutcome outcome = fixture.run(jobs, runner);
  CHECK(outcome.finished == 2);
  REQUIRE(outcome.failures.size() == 1);
  CHECK(outcome.failures[0].first == 1);
  CHECK(outcome.failures[0].second == "no luck today");
  CHECK(outcome.blocked == std::vector<std::size_t>{2, 3});
  CHECK(outcome.unfinished == 0);
  CHECK(fixture.store.failure(jobs[1].key) == "no luck today");
  CHECK(fixture.store.has(jobs[4].key));

  const RunOutcome again = fixture.run(jobs, sum);
  CHECK(again.stored == 2);
  CHECK(again.finished == 3);
  CHECK_FALSE(fixture.store.failure(jobs[1].key));
}

TEST_CASE("any exception of a job is a failure of that job") {
  ExecutorFixture fixture;
  const auto [name, thrower] = GENERATE(table<std::string, JobRunner>({
      {"lower --threads, or set --max-memory",
       [](const Job&, const JobContext&) -> JobResult { throw std::bad_alloc(); }},
      {"1 == 2",
       [](const Job&, const JobContext&) -> JobResult {
         L2L_CHECK(1 == 2, "{}", 0);
         return {};
       }},
      {"strange", [](const Job&, const JobContext&) -> JobResult { throw std::runtime_error("strange"); }},
      {"not in its key", [](const Job&, const JobContext& c) -> JobResult { return c.read("elsewhere"); }},
      {"stopped oddly",
       [](const Job&, const JobContext&) -> JobResult {
         throw Error(ErrorCode::interrupted, "stopped oddly");
       }},
  }));
  const RunOutcome outcome = fixture.run({job_named("a")}, thrower);
  REQUIRE(outcome.failures.size() == 1);
  CHECK_THAT(outcome.failures[0].second, Catch::Contains(name));
}

TEST_CASE("fail-fast starts nothing after a failure and stops what runs") {
  ExecutorFixture fixture;
  fixture.options.threads = 1;
  fixture.options.fail_fast = true;
  const std::vector<Job> jobs = {job_named("a"), job_named("b"), job_named("c")};
  const RunOutcome outcome = fixture.run(
      jobs, [](const Job&, const JobContext&) -> JobResult { throw Error(ErrorCode::data, "no"); });
  CHECK(outcome.failures.size() == 1);
  CHECK(outcome.unfinished == 2);
  CHECK_FALSE(outcome.interrupted);
}

TEST_CASE("a job over its time fails at its next check and leaves its checkpoint") {
  ExecutorFixture fixture;
  fixture.options.job_timeout = std::chrono::milliseconds(20);
  const Job slow = job_named("slow");
  const RunOutcome outcome =
      fixture.run({slow, job_named("quick")}, [&](const Job& job, const JobContext& context) {
        if (job.key != slow.key) return result_of(1);
        context.save_checkpoint("epoch 1");
        for (;;) {
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
          context.check_stop();
        }
      });
  CHECK(outcome.finished == 1);
  REQUIRE(outcome.failures.size() == 1);
  CHECK_THAT(outcome.failures[0].second, Catch::Contains("--timeout-per-job"));
  CHECK(fixture.store.checkpoint(slow.key) == "epoch 1");
  CHECK_FALSE(outcome.interrupted);
}

TEST_CASE("a stopped run resumes from its checkpoints") {
  ExecutorFixture fixture;
  std::atomic<bool> stop = false;
  fixture.options.threads = 1;
  fixture.options.stop_requested = [&] { return stop.load(); };
  const std::vector<Job> jobs = {job_named("long"), job_named("never started")};
  const RunOutcome first = fixture.run(jobs, [&](const Job&, const JobContext& context) -> JobResult {
    context.save_checkpoint("7");
    stop = true;
    for (;;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      context.check_stop();
    }
  });
  CHECK(first.interrupted);
  CHECK(first.unfinished == 2);
  CHECK(first.failures.empty());
  CHECK_FALSE(fixture.store.failure(jobs[0].key));

  stop = false;
  const RunOutcome second = fixture.run(jobs, [&](const Job&, const JobContext& context) {
    return result_of(std::stod(context.load_checkpoint().value_or("0")));
  });
  CHECK(second.finished == 2);
  CHECK(fixture.store.get(jobs[0].key)->summary.at("value") == 7.0);
  CHECK(fixture.store.get(jobs[1].key)->summary.at("value") == 0.0);
}

TEST_CASE(
    "a run that is warned starts nothing more; short jobs end, long ones stop at their next checkpoint") {
  ExecutorFixture fixture;
  std::atomic<bool> warned = false;
  std::atomic<int> running = 0, checkpoints = 0;
  fixture.options.leave_requested = [&] { return warned.load(); };
  const std::vector<Job> jobs = {job_named("short"), job_named("long"), job_named("never started")};
  const RunOutcome outcome = fixture.run(jobs, [&](const Job& job, const JobContext& context) -> JobResult {
    for (++running; running < 2;) std::this_thread::yield();
    warned = true;
    const bool is_long = job.key == jobs[1].key;
    for (int i = 0; is_long || i < 300; ++i) {  // long enough for the warning to be noticed
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      context.check_stop();
      if (is_long && i > 200) context.save_checkpoint(std::to_string(++checkpoints));
    }
    return result_of(1);
  });
  CHECK(outcome.interrupted);
  CHECK(outcome.finished == 1);
  CHECK(outcome.unfinished == 2);
  CHECK(outcome.failures.empty());
  CHECK(fixture.store.has(jobs[0].key));
  CHECK(fixture.store.checkpoint(jobs[1].key) == "1");
  CHECK(running == 2);
}

TEST_CASE("a warned run does not wait for ever") {
  ExecutorFixture fixture;
  fixture.options.leave_within = std::chrono::milliseconds(1);
  std::atomic<bool> started = false;
  fixture.options.leave_requested = [&] { return started.load(); };
  const RunOutcome outcome =
      fixture.run({job_named("endless")}, [&](const Job&, const JobContext& context) -> JobResult {
        started = true;
        for (;;) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          context.check_stop();
        }
      });
  CHECK(outcome.interrupted);
  CHECK(outcome.unfinished == 1);
  CHECK(outcome.failures.empty());
}

TEST_CASE("a job that finishes although a stop was asked for leaves nothing to resume") {
  ExecutorFixture fixture;
  std::atomic<bool> asked = false, stop = false;
  fixture.options.stop_requested = [&] {
    asked = stop.load();
    return stop.load();
  };
  const RunOutcome outcome = fixture.run({job_named("a")}, [&](const Job&, const JobContext&) {
    stop = true;
    while (!asked) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return result_of(1);
  });
  CHECK(outcome.finished == 1);
  CHECK_FALSE(outcome.interrupted);
}

TEST_CASE("an error outside of the jobs ends the run and reaches the caller") {
  ExecutorFixture fixture;
  fixture.options.threads = 1;
  fixture.options.on_finished = [](const Job&, const JobResult&) {
    throw Error(ErrorCode::environment, "disk full");
  };
  int runs = 0;
  CHECK_THROWS_WITH(fixture.run({job_named("a"), job_named("b"), job_named("c")},
                                [&](const Job&, const JobContext&) {
                                  ++runs;
                                  return result_of(1);
                                }),
                    "disk full");
  CHECK(runs == 1);
}

TEST_CASE("jobs flush denormals") {
  ExecutorFixture fixture;
  const Job job = job_named("a");
  fixture.run({job}, [](const Job&, const JobContext&) {
    volatile float tiny = std::numeric_limits<float>::min();
    return result_of(tiny / 4);
  });
  CHECK(fixture.store.get(job.key)->summary.at("value") == 0.0);
}

TEST_CASE("what remains is estimated by what took how long, without the jobs that failed") {
  struct Recorder : RunObserver {
    std::mutex mutex;
    std::optional<RunProgress> judged;  ///< the first moment with an estimate
    bool halfway = false;
    void progress(const RunProgress& now) override {
      const std::lock_guard lock(mutex);
      for (const RunningJob& running : now.running) halfway |= running.fraction == 0.5;
      if (!judged && now.remaining && now.done == 1 && now.failed == 1) judged = now;
    }
    bool saw_estimate() {
      const std::lock_guard lock(mutex);
      return judged.has_value();
    }
  } recorder;
  ExecutorFixture fixture;
  fixture.options.threads = 1;
  Job fails = job_named("fails"), first = job_named("first"), second = job_named("second");
  fails.flop = 9e9;
  first.flop = 2e9;
  second.flop = 1e9;
  execute(
      {fails, first, second}, fixture.store,
      [&](const Job& job, const JobContext& context) {
        if (job.key == fails.key) throw Error(ErrorCode::data, "no");
        if (job.key == first.key) return result_of(1);
        for (int i = 0; i < 60'000 && !recorder.saw_estimate(); ++i)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        context.progress(0.5, "half");
        for (int i = 0; i < 1'000; ++i) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          const std::lock_guard lock(recorder.mutex);
          if (recorder.halfway) break;
        }
        return result_of(1);
      },
      fixture.options, recorder);
  REQUIRE(recorder.judged);
  CHECK(*recorder.judged->remaining == Approx(recorder.judged->elapsed / 2).epsilon(0.02));
  CHECK(recorder.halfway);
}

TEST_CASE("an observer that fails ends the run; running jobs stop first") {
  struct Failing : RunObserver {
    void job_started(const Job&) override { throw std::runtime_error("nobody listens"); }
  } failing;
  ExecutorFixture fixture;
  std::atomic<int> inside = 0;
  const JobRunner endless = [&](const Job&, const JobContext& context) -> JobResult {
    ++inside;
    try {
      for (;;) context.check_stop();
    } catch (...) {
      --inside;
      throw;
    }
  };
  CHECK_THROWS_WITH(
      execute({job_named("a"), job_named("b")}, fixture.store, endless, fixture.options, failing),
      "nobody listens");
  CHECK(inside == 0);
  CHECK(fixture.run(diamond(), sum).finished == 4);
}

TEST_CASE("the observer hears of every job, on the caller's thread") {
  struct Recorder : RunObserver {
    std::thread::id caller = std::this_thread::get_id();
    std::vector<std::string> heard;
    RunProgress last;
    bool elsewhere = false;
    void note(const std::string& what) {
      heard.push_back(what);
      elsewhere = elsewhere || std::this_thread::get_id() != caller;
    }
    void job_started(const Job& job) override { note("start " + job.label); }
    void job_finished(const Job& job, const std::string& digest, double) override {
      note("finish " + job.label + " " + digest.substr(0, 4));
    }
    void job_failed(const Job& job, const std::string& message) override {
      note("fail " + job.label + " " + message);
    }
    void progress(const RunProgress& now) override { last = now; }
  } recorder;
  ExecutorFixture fixture;
  fixture.options.threads = 1;
  const Job a = job_named("a"), b = job_named("b"), c = job_named("c", {b.key}), stored = job_named("stored");
  fixture.store.put(stored, result_of(1), 1);
  execute(
      {a, b, c, stored}, fixture.store,
      [&](const Job& job, const JobContext& context) {
        context.progress(0.5, "half");
        if (job.key == b.key) throw std::runtime_error("no");
        return result_of(1);
      },
      fixture.options, recorder);
  CHECK_FALSE(recorder.elsewhere);
  const std::set<std::string> heard(recorder.heard.begin(), recorder.heard.end());
  CHECK(heard == std::set<std::string>{"start job a", "finish job a " + result_of(1).digest().substr(0, 4),
                                       "start job b", "fail job b no"});
  CHECK(recorder.last.total == 4);
  CHECK(recorder.last.done == 2);
  CHECK(recorder.last.failed == 1);
  CHECK(recorder.last.blocked == 1);
  CHECK(recorder.last.running.empty());
}

}  // namespace
}  // namespace l2l
