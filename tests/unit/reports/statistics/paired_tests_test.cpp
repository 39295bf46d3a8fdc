#include <cmath>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "reports/statistics/limits.hpp"
#include "reports/statistics/paired_tests.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// P(sum of the positive ranks >= observed) over all sign patterns, by listing them.
double by_listing(const std::vector<double>& differences) {
  const std::size_t n = differences.size();
  std::vector<double> rank(n);
  for (std::size_t i = 0; i < n; ++i) {
    double below = 0, equal = 0;
    for (const double other : differences) {
      below += std::abs(other) < std::abs(differences[i]);
      equal += std::abs(other) == std::abs(differences[i]);
    }
    rank[i] = below + (equal + 1) / 2;
  }
  double observed = 0;
  for (std::size_t i = 0; i < n; ++i) observed += differences[i] > 0 ? rank[i] : 0;
  int reached = 0;
  for (std::size_t signs = 0; signs < std::size_t{1} << n; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (signs >> i & 1) != 0 ? rank[i] : 0;
    reached += sum >= observed;
  }
  return reached / std::ldexp(1.0, static_cast<int>(n));
}
}  // namespace

TEST_CASE("the signed-rank test is the sign-flip distribution of its ranks, ties and infinities included") {
  const std::vector<std::vector<double>> samples = {
      {1, 2, 3, 4, 5},
      {-1, 2, 3, -4, 5, 6},
      {1, 1, 1, -1, 2, 2, -2},
      {0.5, kInfinity, -1, 2},
      {kInfinity, kInfinity, -3, -1},
      {-kInfinity, kInfinity, 1},
      {-1, -2, -3},
      {0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, 0.8, 0.9, 1.0},
  };
  for (const auto& sample : samples)
    CHECK(signed_rank_p(sample) == Approx(by_listing(sample)).epsilon(1e-12));
  CHECK(signed_rank_p(std::vector<double>{1, 2, 3, 4, 5, 6, 7}) == smallest_signed_rank_p(7));
  CHECK(signed_rank_p(std::vector<double>{0, 1, 0, 2}) == 0.25);  // zeros say nothing
  CHECK(signed_rank_p(std::vector<double>{0, 0}) == 1);
  CHECK(signed_rank_p(std::vector<double>{}) == 1);
}

TEST_CASE("beyond the exact distribution its tail is a little larger, never smaller") {
  for (const double shift : {0.6, 0.7, 0.8}) {
    std::vector<double> sample;
    const RandomStream stream(seed_from("signed rank"));
    for (std::uint64_t i = 0; i < kExactPairs; ++i) sample.push_back(stream.normal(i) + shift);
    const double exact = signed_rank_p(sample);
    sample.push_back(1e-9);  // one more, of rank 1 as good as without say: now approximate
    const double approximate = signed_rank_p(sample);
    CAPTURE(shift, exact, approximate);
    CHECK(exact < 0.02);
    CHECK(approximate > 0.9 * exact);
    CHECK(approximate < 4 * exact);
  }
}

TEST_CASE(
    "the signed-rank test keeps its level where differences are Cauchy, and where a tenth is infinite") {
  for (const double infinite : {0.0, 0.1}) {
    const RandomStream stream(seed_from("level"), infinite > 0);
    std::uint64_t at = 0;
    int alarms = 0;
    for (int trial = 0; trial < 4000; ++trial) {
      std::vector<double> sample;
      for (int i = 0; i < 20; ++i) {
        const double value = std::tan(3.14159265358979 * (stream.uniform(at++) - 0.5));
        sample.push_back(stream.uniform(at++) < infinite ? std::copysign(kInfinity, value) : value);
      }
      alarms += signed_rank_p(sample) <= 0.01;
    }
    CHECK(alarms < 60);  // 40 expected at most, 3 standard deviations
    CHECK(alarms > 15);
  }
}

TEST_CASE("McNemar's test counts discordant pairs as coins") {
  CHECK(mcnemar_p(0, 0) == 1);
  CHECK(mcnemar_p(5, 0) == Approx(1.0 / 32));
  CHECK(mcnemar_p(3, 1) == Approx(5.0 / 16));
  CHECK(mcnemar_p(0, 4) == Approx(1));
  CHECK(mcnemar_p(400, 200) < 1e-15);
}

TEST_CASE("Benjamini-Hochberg adjusts as in its paper") {
  const std::vector<double> q = benjamini_hochberg(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  CHECK(q[0] == Approx(0.02));
  CHECK(q[1] == Approx(0.04));
  CHECK(q[2] == Approx(0.04));
  CHECK(q[3] == Approx(0.02));
  CHECK(benjamini_hochberg(std::vector<double>{}).empty());
}

TEST_CASE("a clipped mean is moved by an infinite value by its limit at most") {
  const Estimate estimate = clipped_mean(std::vector<double>{0, 0, 0, kInfinity}, 2.0);
  CHECK(estimate.value == 0.5);
  CHECK(estimate.interval.low == 0);
  CHECK(estimate.interval.high <= 2);
  CHECK(std::isnan(clipped_mean(std::vector<double>{1, 2}, 2.0, false).interval.low));
}

TEST_CASE("a log ratio knows divergence and a floor") {
  CHECK(log_ratio(2, 1, 1e-12) == Approx(std::log(2)));
  CHECK(log_ratio(kInfinity, kInfinity, 1e-12) == 0);
  CHECK(log_ratio(kInfinity, 1, 1e-12) == kInfinity);
  CHECK(log_ratio(1, kInfinity, 1e-12) == -kInfinity);
  CHECK(log_ratio(0, 1e-14, 1e-12) == 0);
}
