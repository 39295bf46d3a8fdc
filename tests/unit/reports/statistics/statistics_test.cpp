#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/statistics.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Curve curve_of(const xt::xtensor<float, 2>& losses) {
  Curve curve;
  curve.horizon = static_cast<int>(losses.shape(1)) - 1;
  curve.losses = losses;
  for (std::size_t i = 0; i < losses.shape(0); ++i) curve.seeds.push_back(i);
  return curve;
}
}  // namespace

TEST_CASE("the median of few values, of none, and of infinite ones") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 3, 2}) == 2.5);
  CHECK(std::isnan(median({})));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
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

TEST_CASE("the bootstrap has the same bits for any number of threads and on any machine") {
  xt::xtensor<double, 2> values({50, 3});
  RandomStream(1).fill_normal<double>(std::span(values.data(), values.size()), 1.0);
  const xt::xtensor<double, 2> all = bootstrap_means(values);
  REQUIRE(all.shape() == std::array<std::size_t, 2>{kResamples, 3});
  for (std::size_t c = 0; c < 3; ++c) CHECK(bootstrap_means(column_of(values, c)) == column_of(all, c));
  const ThreadLimit one(1);
  CHECK(bootstrap_means(values) == all);
  // Golden bits: sums of small integers are exact, so these depend on the stream and the ranks only.
  std::vector<double> ramp(64);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i);
  const Interval interval = bootstrap_interval(ramp, 0.95);
  CHECK(interval.low == 26.953125);
  CHECK(interval.high == 35.859375);
}

TEST_CASE("columns are resampled together: an interval does not depend on its neighbours") {
  const std::vector<double> first = {1, 2, 3, 4, 5, 6};
  const xt::xtensor<double, 2> both = {{1, 10}, {2, 20}, {3, 30}, {4, 40}, {5, 50}, {6, 60}};
  const Interval alone = bootstrap_interval(first, 0.9);
  const std::vector<Interval> together = bootstrap_intervals(both, 0.9);
  CHECK(together[0].low == alone.low);
  CHECK(together[0].high == alone.high);
  CHECK(together[1].low == Approx(10 * alone.low));
}

TEST_CASE("divergence is sticky, counted, and puts the mean at infinity while the median stays") {
  const Curve curve = curve_of({{1, 2, 3},
                                {1, kNaN, 0.5F},  // diverged at step 1, whatever comes after
                                {1, 2, 2e10F},    // too large at step 2
                                {1, 4, 5}});
  const std::vector<Summary> steps = summarize_steps(curve);
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].diverged == 0);
  CHECK(steps[0].mean == 1);
  CHECK(steps[1].diverged == 1);
  CHECK(steps[2].diverged == 2);
  CHECK(std::isinf(steps[2].mean));
  CHECK(std::isinf(steps[2].interval.low));
  CHECK(std::isnan(steps[2].standard_error));
  CHECK(steps[1].median == 3);
  CHECK(std::isinf(steps[2].median));
  CHECK(summarize_at(curve, 1).median == 3);
  CHECK(summarize_at(curve, 2).diverged == 2);
}

TEST_CASE("losses that are not one row a seed and one column a step are refused") {
  Curve curve = curve_of({{1, 2, 3}, {4, 5, 6}});
  CHECK(losses_at(curve, 2) == std::vector<double>{3, 6});
  curve.horizon = 1;
  CHECK_THROWS_AS(losses_with_divergence(curve), CheckFailure);
  curve.horizon = 2;
  curve.losses = {{1, 2}, {3, 4}, {5, 6}};  // as many numbers
  CHECK_THROWS_AS(losses_with_divergence(curve), CheckFailure);
}

TEST_CASE("a normalised curve starts at one, seed by seed") {
  const std::vector<Summary> steps = summarize_steps(curve_of({{2, 1}, {8, 2}}), 0.95, true);
  CHECK(steps[0].mean == 1);
  CHECK(steps[0].standard_error == 0);
  CHECK(steps[1].mean == Approx((0.5 + 0.25) / 2));
}
