// p-values of claims: against enumeration, against counted resamples, against numbers worked out by hand.
#include <algorithm>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "reports/statistics/p_values.hpp"
#include "reports/statistics/statistics.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

/// P(mean* >= c) by all n^n resamples.
double enumerated_at_least(const std::vector<double>& values, double c) {
  std::vector<std::size_t> digits(values.size(), 0);
  double hits = 0, all = 0;
  for (;;) {
    double sum = 0;
    for (const std::size_t digit : digits) sum += values[digit];
    hits += sum / static_cast<double>(values.size()) >= c ? 1 : 0;
    all += 1;
    std::size_t i = 0;
    while (i < digits.size() && ++digits[i] == values.size()) digits[i++] = 0;
    if (i == digits.size()) return hits / all;
  }
}

std::vector<double> normal_values(double mean, double deviation, std::size_t n, std::uint64_t seed) {
  const RandomStream stream(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(mean + deviation * stream.normal(i));
  return values;
}

}  // namespace

TEST_CASE("tails of the resampled mean are those of all resamples") {
  const std::vector<double> values = {0.31, 1.7, 0.93, 2.9, 1.13, 0.52, 1.01};  // 823,543 resamples
  for (const double c : {1.4, 1.6, 1.9, 2.2, 2.5}) {                            // 0.28 to 8e-5
    const double exact = enumerated_at_least(values, c), within = exact > 1e-3 ? 0.08 : 0.3;
    CAPTURE(c, exact);
    CHECK(resampled_mean_at_least(values, c) == Approx(exact).epsilon(within));
    CHECK(resampled_mean_at_most(values, c) == Approx(1 - exact).margin(within * exact));
  }
  CHECK(resampled_mean_at_least(values, 2.9) == Approx(std::pow(1.0 / 7, 7)));  // the largest, seven times
  CHECK(resampled_mean_at_least(values, 2.91) == 0);
  CHECK(resampled_mean_at_most(values, 0.3) == 0);
  CHECK(resampled_mean_at_least(std::vector<double>(9, 0.1), 0.1) == 1);  // equal values
  CHECK(resampled_mean_at_least(std::vector<double>(9, 0.1), 0.2) == 0);
}

TEST_CASE("tails of the resampled mean are those that counting finds") {
  const RandomStream stream(7);
  std::vector<double> values;
  for (std::size_t i = 0; i < 64; ++i) values.push_back(std::exp(stream.normal(i)));  // skewed
  const std::vector<double> means = bootstrap_means(values);
  for (const double share : {0.05, 0.3, 0.7, 0.95}) {
    std::vector<double> sorted = means;
    std::sort(sorted.begin(), sorted.end());
    const double c = sorted[static_cast<std::size_t>(share * kResamples)];
    CHECK(resampled_mean_at_least(values, c) == Approx(1 - share).margin(0.025));
  }
}

TEST_CASE("far tails of normal data are those of the normal distribution") {
  const auto values = normal_values(0, 1, 4096, 1);
  double mean = 0, squares = 0;
  for (const double v : values) mean += v / 4096;
  for (const double v : values) squares += (v - mean) * (v - mean) / 4096;
  const double error = std::sqrt(squares / 4096);
  for (const double z : {2.0, 4.0, 6.0}) {
    CHECK(resampled_mean_at_least(values, mean + z * error) ==
          Approx(0.5 * std::erfc(z / std::sqrt(2.0))).epsilon(0.1));
  }
}

TEST_CASE("few seeds leave a doubt, however well they agree") {
  CHECK(smallest_p_value(5) == 0.0625);
  CHECK(p_mean_below(std::vector<double>{1, 1.1, 0.9, 1.2, 0.8}, 5) == 0.0625);
  CHECK(p_mean_above(std::vector<double>{1, 1.1, 0.9, 1.2, 0.8}, 5) == 1);
  CHECK(p_apart(normal_values(1, 0.1, 8, 1), normal_values(9, 0.1, 10, 2)) == smallest_p_value(8));
  CHECK(p_mean_below(std::vector<double>{}, 5) == 1);
}

TEST_CASE("divergence that was seen needs no interval") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> diverged = {1, infinity, 1}, fine = {1, 1.1, 0.9, 1.2};
  CHECK(p_mean_above(diverged, 5) == 0);
  CHECK(p_mean_below(diverged, 5) == 1);
  CHECK(p_apart(diverged, fine) == 1);
  CHECK(p_apart(fine, diverged) == smallest_p_value(4));  // that the other one never does is not certain
}

TEST_CASE("intervals at confidence 1 - p just touch") {
  const auto low = normal_values(1.0, 0.3, 60, 1), high = normal_values(1.15, 0.3, 60, 2);
  const double p = p_apart(low, high);
  REQUIRE(p > 0.02);
  REQUIRE(p < 0.7);
  const auto overlap = [&](double confidence) {
    return summarize(low, confidence).interval.high - summarize(high, confidence).interval.low;
  };
  CHECK(overlap(1 - 1.25 * p) < 0);
  CHECK(overlap(1 - 0.8 * p) > 0);
  CHECK(p_apart(high, low) == 1);
}

TEST_CASE("Holm's correction, by hand") {
  // Four claims: 0.01 * 4; 0.02 * 3 = 0.06; 0.03 * 2 = 0.06; 0.005 is the smallest: 0.005 * 4 = 0.02.
  // Sorted 0.005 0.01 0.03 0.04 -> 0.02, 0.03, 0.06, max(0.06, 0.04) = 0.06.
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  REQUIRE(adjusted.size() == 4);
  CHECK(adjusted[0] == Approx(0.03));
  CHECK(adjusted[1] == Approx(0.06));
  CHECK(adjusted[2] == Approx(0.06));
  CHECK(adjusted[3] == Approx(0.02));
  CHECK(holm_adjusted(std::vector<double>{0.4, 0.9}) == std::vector<double>{0.8, 0.9});
  CHECK(holm_adjusted(std::vector<double>{0.7, 0.9}) == std::vector<double>{1, 1});
  CHECK(holm_adjusted(std::vector<double>{}).empty());
}

TEST_CASE("binomial tails and partial conjunctions, by hand") {
  CHECK(binomial_at_least(2, 3, 0.5) == Approx(0.5));
  CHECK(binomial_at_least(3, 3, 0.9) == Approx(0.729));
  CHECK(binomial_at_least(0, 3, 0.9) == 1);
  CHECK(binomial_at_least(4, 3, 0.9) == 0);
  CHECK(p_more_than(std::vector<double>{0.5, 0.001, 0.01}, 1) == Approx(0.02));  // (3 - 1) * 0.01
  CHECK(p_more_than(std::vector<double>{0.5, 0.001, 0.01}, 2) == Approx(0.5));
}
