#include "harness/executor.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "tests/unit/harness/store_test_support.hpp"

namespace l2l {
namespace {

using test::job_named;
using test::result_of;
using test::TemporaryDirectory;

struct Fixture {
  TemporaryDirectory directory;
  Store store{directory.path() / "store.sqlite", StoreMode::write};
  RunObserver silent;
  ExecutorOptions options;
  Fixture() { options.threads = 2; }
  RunOutcome run(const std::vector<Job>& jobs, const JobRunner& runner) {
    return execute(jobs, store, runner, options, silent);
  }
};

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
  Fixture fixture;
  fixture.options.threads = static_cast<std::size_t>(threads);
  const std::vector<Job> jobs = diamond();
  const RunOutcome outcome = fixture.run(jobs, sum);
  CHECK(outcome.finished == 4);
  CHECK(outcome.unfinished == 0);
  CHECK_FALSE(outcome.interrupted);
  CHECK(fixture.store.get(jobs[3].key)->summary.at("value") == 4.0);
}

TEST_CASE("what is stored does not run again") {
  Fixture fixture;
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
  Fixture fixture;
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
  Fixture fixture;
  const auto [name, thrower] = GENERATE(table<std::string, JobRunner>({
      {"out of memory", [](const Job&, const JobContext&) -> JobResult { throw std::bad_alloc(); }},
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
  Fixture fixture;
  fixture.options.threads = 1;
  fixture.options.fail_fast = true;
  const std::vector<Job> jobs = {job_named("a"), job_named("b"), job_named("c")};
  const RunOutcome outcome = fixture.run(
      jobs, [](const Job&, const JobContext&) -> JobResult { throw Error(ErrorCode::data, "no"); });
  CHECK(outcome.failures.size() == 1);
  CHECK(outcome.unfinished == 2);
  CHECK_FALSE(outcome.interrupted);
}

TEST_CASE("independent jobs run at the same time") {
  Fixture fixture;
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  // Each waits until the other is there: only true parallelism lets them finish.
  const RunOutcome outcome =
      fixture.run({job_named("a"), job_named("b")}, [&](const Job&, const JobContext&) {
        std::unique_lock lock(mutex);
        ++inside;
        changed.notify_all();
        if (!changed.wait_for(lock, std::chrono::seconds(60), [&] { return inside == 2; }))
          throw std::runtime_error("alone");
        return result_of(1);
      });
  CHECK(outcome.finished == 2);
}

TEST_CASE("never more jobs at once than threads") {
  Fixture fixture;
  std::vector<Job> jobs;
  for (int i = 0; i < 40; ++i) jobs.push_back(job_named(std::to_string(i)));
  std::atomic<int> inside = 0, most = 0;
  fixture.run(jobs, [&](const Job&, const JobContext&) {
    const int now = ++inside;
    most = std::max(most.load(), now);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    --inside;
    return result_of(1);
  });
  CHECK(most <= 2);
}

TEST_CASE("running jobs keep within the memory budget; one that never fits is refused with the numbers") {
  Fixture fixture;
  fixture.options.threads = 4;
  fixture.options.max_memory = 10;
  std::vector<Job> jobs;
  for (int i = 0; i < 30; ++i) {
    jobs.push_back(job_named(std::to_string(i)));
    jobs.back().bytes = static_cast<std::size_t>(1 + i % 8);
  }
  jobs.push_back(job_named("huge"));
  jobs.back().bytes = std::size_t{3} << 30;
  std::mutex mutex;
  std::size_t used = 0, most = 0;
  const RunOutcome outcome = fixture.run(jobs, [&](const Job& job, const JobContext&) {
    {
      const std::lock_guard lock(mutex);
      used += job.bytes;
      most = std::max(most, used);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(mutex);
    used -= job.bytes;
    return result_of(1);
  });
  CHECK(most <= 10);
  CHECK(outcome.finished == 30);
  REQUIRE(outcome.failures.size() == 1);
  CHECK_THAT(outcome.failures[0].second, Catch::Contains("3.00 GiB") && Catch::Contains("--max-memory"));
}

TEST_CASE("the longest chain starts first") {
  Fixture fixture;
  fixture.options.threads = 1;
  Job small = job_named("small"), medium = job_named("medium"), head = job_named("head");
  small.flop = 1e8;
  medium.flop = 5e9;
  head.flop = 1e9;
  Job tail = job_named("tail", {head.key});
  tail.flop = 1e10;
  std::vector<std::string> order;
  fixture.run({small, medium, head, tail}, [&](const Job& job, const JobContext&) {
    order.push_back(job.config.at("name"));
    return result_of(1);
  });
  CHECK(order == std::vector<std::string>{"head", "tail", "medium", "small"});
}

TEST_CASE("a job over its time fails at its next check and leaves its checkpoint") {
  Fixture fixture;
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
  Fixture fixture;
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

TEST_CASE("an error outside of the jobs ends the run and reaches the caller") {
  Fixture fixture;
  fixture.options.on_finished = [](const Job&, const JobResult&) {
    throw Error(ErrorCode::environment, "disk full");
  };
  CHECK_THROWS_WITH(fixture.run(diamond(), sum), "disk full");
}

TEST_CASE("the last job uses the cores that the others have left") {
  if (hardware_threads() < 2) return;
  Fixture fixture;
  std::mutex mutex;
  std::condition_variable changed;
  int inside = 0;
  std::atomic<bool> together = false;
  Job last = job_named("last");
  const RunOutcome outcome = fixture.run({job_named("first"), last}, [&](const Job& job, const JobContext&) {
    if (job.key != last.key) return result_of(1);
    // Two at once, sooner or later: helpers may arrive late, so offer the work again.
    for (int attempt = 0; attempt < 200 && !together; ++attempt) {
      parallel_for(2, [&](std::size_t) {
        std::unique_lock lock(mutex);
        ++inside;
        if (inside == 2) together = true;
        changed.notify_all();
        changed.wait_for(lock, std::chrono::milliseconds(50), [&] { return together.load(); });
        --inside;
      });
    }
    return result_of(2);
  });
  CHECK(outcome.finished == 2);
  CHECK(together);
}

TEST_CASE("nested loops of two jobs do not mix") {
  Fixture fixture;
  std::vector<Job> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(job_named(std::to_string(i)));
  const RunOutcome outcome = fixture.run(jobs, [](const Job& job, const JobContext&) {
    thread_local std::string owner;  // a thread inside one job's loop must not pick up another job
    std::vector<double> values(64);
    owner = job.key;
    parallel_for(values.size(), [&](std::size_t i) { values[i] = static_cast<double>(i); });
    if (owner != job.key) throw std::runtime_error("another job ran in the middle of this one");
    double total = 0;
    for (const double value : values) total += value;
    return result_of(total);
  });
  CHECK(outcome.finished == 8);
  CHECK(fixture.store.get(jobs[5].key)->summary.at("value") == 2016.0);
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
  Fixture fixture;
  fixture.options.threads = 1;
  const Job a = job_named("a"), b = job_named("b"), c = job_named("c", {b.key});
  execute(
      {a, b, c}, fixture.store,
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
  CHECK(recorder.last.total == 3);
  CHECK(recorder.last.done == 1);
  CHECK(recorder.last.failed == 1);
  CHECK(recorder.last.blocked == 1);
  CHECK(recorder.last.running.empty());
}

}  // namespace
}  // namespace l2l
