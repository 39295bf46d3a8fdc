#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include <tbb/task_arena.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/random.hpp"

using namespace l2l;

namespace {

/// Half of the smallest normal float: denormal, so zero where denormals are flushed. Not a constant to the
/// compiler.
bool denormals_are_flushed() {
  volatile float smallest = std::numeric_limits<float>::min();
  return smallest * 0.5F == 0.0F;
}

}  // namespace

TEST_CASE("every index runs exactly once, for any number of threads") {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    const ThreadLimit limit(threads);
    for (const std::size_t count : {0U, 1U, 7U, 1000U}) {
      std::vector<std::atomic<int>> runs(count);
      parallel_for(count, [&](std::size_t i) { ++runs.at(i); });
      for (const auto& run : runs) REQUIRE(run == 1);
    }
  }
}

TEST_CASE("a shuffled loop runs every index once, in another order") {
  const ThreadLimit one(1);
  const auto order_of = [](std::size_t count) {
    std::vector<std::size_t> order;
    parallel_for(count, [&](std::size_t i) { order.push_back(i); });
    return order;
  };
  for (const std::size_t count : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    const std::vector<std::size_t> usual = order_of(count);
    for (const std::size_t seed : {1U, 2U, 5U, 977U}) {
      const ShuffledLoops shuffled(seed);
      std::vector<std::size_t> order = order_of(count);
      CAPTURE(count, seed);
      if (count >= 7) CHECK(order != usual);
      std::sort(order.begin(), order.end());
      for (std::size_t i = 0; i < count; ++i) REQUIRE(order.at(i) == i);
    }
    CHECK(order_of(count) == usual);
  }
}

TEST_CASE("nested loops finish, and wait only on their own work") {
  std::vector<std::vector<int>> sums(40, std::vector<int>(5));
  std::atomic<int> strangers = 0;
  const ThreadLimit limit(4);
  // It is at the end of a loop that idle threads look for the work of others: many loops, many ends.
  constexpr int kRounds = 30;
  const auto loop = [&] {
    parallel_for(sums.size(), [&](std::size_t i) {
      // While the inner loop waits, this thread must not start another outer index.
      thread_local int depth = 0;
      if (++depth > 1) ++strangers;
      parallel_for(sums[i].size(), [&](std::size_t j) {
        // Uneven pauses make threads run out of work at different times, and take it from each other.
        std::this_thread::sleep_for(std::chrono::microseconds(10 * ((7 * i + 3 * j) % 11)));
        sums[i][j] += static_cast<int>(i * 100 + j);
      });
      --depth;
    });
  };
  tbb::task_arena arena(4);
  for (int round = 0; round < kRounds; ++round) arena.execute(loop);
  CHECK(strangers == 0);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    for (std::size_t j = 0; j < sums[i].size(); ++j)
      REQUIRE(sums[i][j] == kRounds * static_cast<int>(i * 100 + j));
  }
}

TEST_CASE("an exception ends the loop and comes out of it, also of a nested one") {
  CHECK_THROWS_WITH(parallel_for(100,
                                 [](std::size_t i) {
                                   if (i == 63) throw std::runtime_error("index 63");
                                 }),
                    "index 63");
  const auto nested = [] {
    parallel_for(
        4, [](std::size_t) { parallel_for(4, [](std::size_t) { throw Error(ErrorCode::data, "inner"); }); });
  };
  CHECK_THROWS_AS(nested(), Error);
  // The machinery is whole afterwards.
  std::atomic<int> runs = 0;
  parallel_for(10, [&](std::size_t) { ++runs; });
  CHECK(runs == 10);
}

TEST_CASE("a thread limit holds while it lives") {
  const auto threads_used = [] {
    std::atomic<int> inside = 0, most = 0;
    parallel_for(64, [&](std::size_t) {
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();
      --inside;
    });
    return most.load();
  };
  const ThreadLimit limit(1);
  CHECK(threads_used() == 1);
  CHECK_THROWS_AS(ThreadLimit(0), CheckFailure);
  CHECK(hardware_threads() >= 1);
}

#if defined(__x86_64__)
TEST_CASE("denormals are flushed on every thread of a loop, and nowhere else") {
  REQUIRE_FALSE(denormals_are_flushed());
  std::atomic<int> flushed = 0;
  parallel_for(200, [&](std::size_t) { flushed += denormals_are_flushed() ? 1 : 0; });
  CHECK(flushed == 200);
  CHECK_FALSE(denormals_are_flushed());
  {
    const FlushDenormals flush;
    CHECK(denormals_are_flushed());
    { const FlushDenormals again; }
    CHECK(denormals_are_flushed());
  }
  CHECK_FALSE(denormals_are_flushed());
}
#endif
