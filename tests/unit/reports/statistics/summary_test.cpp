#include "reports/statistics/summary.hpp"

#include <cmath>
#include <cstdint>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "reports/statistics/limits.hpp"

using namespace l2l;
using namespace l2l::reports;

TEST_CASE("the median of few values, of none, and of infinite ones") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 3, 2}) == 2.5);
  CHECK(std::isnan(median({})));
  CHECK(median({1, kInfinity, kInfinity, 2}) == kInfinity);
  CHECK(median({kInfinity, kInfinity}) == kInfinity);
}

TEST_CASE("seeds in common are paired, whatever their order") {
  const std::vector<std::uint64_t> first = {7, 1, 9, 4}, second = {4, 2, 7};
  const CommonSeeds common = seeds_in_common(first, second);
  CHECK(common.first == std::vector<std::size_t>{0, 3});
  CHECK(common.second == std::vector<std::size_t>{2, 0});
  CHECK(seeds_in_common(first, std::vector<std::uint64_t>{}).size() == 0);
}

TEST_CASE("mean, standard error and median follow their closed forms") {
  const std::vector<double> values = {4, 1, 3, 2};
  const Summary summary = summarize(values);
  CHECK(summary.n == 4);
  CHECK(summary.diverged == 0);
  CHECK(summary.mean == 2.5);
  CHECK(summary.standard_error == Approx(std::sqrt(5.0 / 3.0 / 4.0)).epsilon(1e-15));
  CHECK(summary.median == 2.5);
  CHECK(summarize(std::vector<double>{9, 1, 5}).median == 5);
  CHECK(summary.interval.low < 2.5);
  CHECK(summary.interval.high > 2.5);
  CHECK(summary.interval.low >= 1);
  CHECK(summary.interval.high <= 4);
}

TEST_CASE("no value and one value have no interval") {
  const Summary none = summarize(std::vector<double>{});
  CHECK(none.n == 0);
  CHECK(std::isnan(none.mean));
  const Summary one = summarize(std::vector<double>{3});
  CHECK(one.mean == 3);
  CHECK(one.median == 3);
  CHECK(std::isnan(one.standard_error));
  CHECK(std::isnan(one.interval.low));
  CHECK(std::isnan(one.interval.high));
}

TEST_CASE("equal values have an interval of width zero") {
  const Summary summary = summarize(std::vector<double>(20, 0.25));
  CHECK(summary.interval.low == 0.25);
  CHECK(summary.interval.high == 0.25);
  CHECK(summary.standard_error == 0);
}

TEST_CASE("the bootstrap interval has the width of the normal one on normal data, and covers") {
  const RandomStream stream(seed_from("test: bootstrap coverage"));
  const int trials = 300, n = 60;
  int covered95 = 0, covered80 = 0;
  double width = 0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> values(n);
    for (int i = 0; i < n; ++i) values[i] = 7 + 2 * stream.normal(static_cast<std::uint64_t>(trial * n + i));
    const Interval wide = summarize(values, 0.95).interval, narrow = summarize(values, 0.80).interval;
    covered95 += wide.low <= 7 && 7 <= wide.high;
    covered80 += narrow.low <= 7 && 7 <= narrow.high;
    width += (wide.high - wide.low) / trials;
  }
  CHECK(width == Approx(2 * 1.96 * 2 / std::sqrt(n)).epsilon(0.05));
  CHECK(covered95 > 0.91 * trials);
  CHECK(covered95 < 0.99 * trials);
  CHECK(covered80 > 0.73 * trials);
  CHECK(covered80 < 0.87 * trials);
}
