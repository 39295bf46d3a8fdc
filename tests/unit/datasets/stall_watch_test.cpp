#include "datasets/stall_watch.hpp"

#include <catch2/catch.hpp>

using namespace l2l;
using std::chrono::milliseconds;

TEST_CASE("a transfer stalls when a stretch of the timeout brings less than a byte a millisecond") {
  const StallWatch::Time start{};
  StallWatch watch(milliseconds(2000), start);
  const auto stalled = [&](int at, std::uint64_t bytes) {
    return watch.stalled(bytes, start + milliseconds(at));
  };
  SECTION("silence") {
    CHECK_FALSE(stalled(1999, 0));
    CHECK(stalled(2000, 0));
  }
  SECTION("silence after a burst") {
    CHECK_FALSE(stalled(500, 100'000));
    CHECK_FALSE(stalled(2499, 100'000));
    CHECK(stalled(2500, 100'000));
  }
  SECTION("a trickle") {
    for (int at = 20; at < 2000; at += 20) CHECK_FALSE(stalled(at, static_cast<std::uint64_t>(at) * 9 / 10));
    CHECK(stalled(2000, 1800));
  }
  SECTION("slow, but not too slow") {
    for (int at = 20; at <= 60'000; at += 20) REQUIRE_FALSE(stalled(at, static_cast<std::uint64_t>(at)));
  }
}
