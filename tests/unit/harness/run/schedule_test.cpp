// Which jobs run when, how many at once, and on how many cores.
#include "harness/run/schedule.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "tests/unit/harness/run/executor_fixture.hpp"

namespace l2l {
namespace {

using test::ExecutorFixture;
using test::job_named;
using test::result_of;

/// Each of two jobs waits until the other is there: only true parallelism lets them finish.
class Meeting {
 public:
  void attend() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [this] { return inside_ == 2; }))
      throw std::runtime_error("alone");
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
};

TEST_CASE("independent jobs run at the same time") {
  ExecutorFixture fixture;
  Meeting meeting;
  const RunOutcome outcome =
      fixture.run({job_named("a"), job_named("b")}, [&](const Job&, const JobContext&) {
        meeting.attend();
        return result_of(1);
      });
  CHECK(outcome.finished == 2);
}

TEST_CASE("never more jobs at once than threads") {
  ExecutorFixture fixture;
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
  ExecutorFixture fixture;
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

TEST_CASE("a job of exactly the budget runs, and what it held is free again afterwards") {
  ExecutorFixture fixture;
  fixture.options.max_memory = 10;
  Job whole = job_named("whole"), half = job_named("half", {whole.key}),
      other = job_named("other half", {whole.key});
  whole.bytes = 10;
  half.bytes = other.bytes = 5;
  Meeting meeting;
  const RunOutcome outcome = fixture.run({whole, half, other}, [&](const Job& job, const JobContext&) {
    if (job.bytes == 5) meeting.attend();
    return result_of(1);
  });
  CHECK(outcome.finished == 3);
}

TEST_CASE("the longest chain starts first") {
  ExecutorFixture fixture;
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

TEST_CASE("blocked jobs and failures are told in the order of the plan") {
  ExecutorFixture fixture;
  const Job a = job_named("a"), b = job_named("b", {a.key}), c = job_named("c", {a.key}),
            d = job_named("d", {b.key}), e = job_named("e");
  struct : RunObserver {
    std::atomic<bool> last_failed = false;
    void job_failed(const Job& job, const std::string&) override { last_failed = job.label == "job e"; }
  } observer;
  const JobRunner runner = [&](const Job& job, const JobContext&) -> JobResult {
    for (int i = 0; job.key == a.key && i < 60'000 && !observer.last_failed; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    throw Error(ErrorCode::data, "no");
  };
  const RunOutcome outcome = execute({a, b, c, d, e}, fixture.store, runner, fixture.options, observer);
  CHECK(outcome.blocked == std::vector<std::size_t>{1, 2, 3});
  REQUIRE(outcome.failures.size() == 2);
  CHECK(outcome.failures[0].first == 0);
  CHECK(outcome.failures[1].first == 4);
}

TEST_CASE("the last job uses the cores that the others have left") {
  if (hardware_threads() < 2) return;
  ExecutorFixture fixture;
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

TEST_CASE("jobs side by side leave no core to helpers") {
  if (hardware_threads() < 2) return;
  ExecutorFixture fixture;
  std::atomic<int> inside = 0, most = 0;
  Meeting meeting;
  fixture.run({job_named("a"), job_named("b")}, [&](const Job&, const JobContext&) {
    meeting.attend();
    parallel_for(40, [&](std::size_t) {
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      --inside;
    });
    return result_of(1);
  });
  CHECK(most <= 2);
}

TEST_CASE("nested loops of two jobs do not mix") {
  ExecutorFixture fixture;
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

}  // namespace
}  // namespace l2l
