#include <algorithm>
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
constexpr float kNaNLoss = std::numeric_limits<float>::quiet_NaN();

Curve curve_of(const xt::xtensor<float, 2>& losses) {
  Curve curve;
  curve.horizon = static_cast<int>(losses.shape(1)) - 1;
  curve.losses = xt::xtensor<float, 3>({1, losses.shape(0), losses.shape(1)});
  std::copy(losses.begin(), losses.end(), curve.losses.begin());
  for (std::size_t i = 0; i < losses.shape(0); ++i) curve.seeds.push_back(i);
  return curve;
}
}  // namespace

TEST_CASE("the bootstrap has the same bits for any number of threads and on any machine") {
  xt::xtensor<double, 2> values({50, 3});
  RandomStream(1).fill_normal<double>(std::span(values.data(), values.size()), 1.0);
  const xt::xtensor<double, 2> all = bootstrap_means(values);
  REQUIRE(all.shape() == std::array<std::size_t, 2>{kResamples, 3});
  for (std::size_t c = 0; c < 3; ++c) CHECK(bootstrap_means(column_of(values, c)) == column_of(all, c));
  const ThreadLimit one(1);
  CHECK((bootstrap_means(values) == all));
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
                                {1, kNaNLoss, 0.5F},  // diverged at step 1, whatever comes after
                                {1, 2, 2e10F},        // too large at step 2
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
  curve.losses = {{{1, 2}, {3, 4}, {5, 6}}};  // as many numbers
  CHECK_THROWS_AS(losses_with_divergence(curve), CheckFailure);
}

TEST_CASE("replicas are averaged problem by problem, and one that diverges takes the mean along") {
  Curve curve;
  curve.horizon = 2;
  curve.seeds = {7, 9};
  curve.losses = {{{4, 1, 3}, {4, 2, 2}}, {{4, 3, 1}, {4, kNaNLoss, 2}}};
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK((losses_of_replica(curve, 0) == xt::xtensor<double, 2>{{4, 1, 3}, {4, 2, 2}}));
  CHECK((losses_of_replica(curve, 1) == xt::xtensor<double, 2>{{4, 3, 1}, {4, infinity, infinity}}));
  CHECK((losses_with_divergence(curve) == xt::xtensor<double, 2>{{4, 2, 2}, {4, infinity, infinity}}));
  CHECK(losses_at(curve, 1) == std::vector<double>{2, infinity});
  CHECK(summarize_at(curve, 2).n == 2);
  CHECK(summarize_steps(curve)[2].diverged == 1);
  CHECK_THROWS_AS(losses_of_replica(curve, 2), CheckFailure);
}

TEST_CASE("a normalised curve starts at one, seed by seed") {
  const std::vector<Summary> steps = summarize_steps(curve_of({{2, 1}, {8, 2}}), 0.95, true);
  CHECK(steps[0].mean == 1);
  CHECK(steps[0].standard_error == 0);
  CHECK(steps[1].mean == Approx((0.5 + 0.25) / 2));
}
