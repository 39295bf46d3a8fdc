// Estimators against numbers that SciPy gave, by hand, and against themselves: intervals and p-values belong
// together.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "reports/statistics/distributions.hpp"
#include "reports/statistics/estimators.hpp"
#include "reports/statistics/limits.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

const std::vector<double> kSkewed = {-0.31, -1.7, -0.93, -2.9, -1.13, -0.52, -1.01, 0.2, -0.7};

std::vector<double> normal_values(double mean, std::size_t n, std::uint64_t seed) {
  const RandomStream stream(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(mean + stream.normal(i));
  return values;
}

/// The p-value of "below c" is the alpha at which the interval ends at c.
void check_together(const Estimator& estimator, double c) {
  const double p = estimator.p_below(c);
  REQUIRE(p < 0.5);
  CHECK(estimator.interval(1.01 * p).high < c);
  CHECK(estimator.interval(0.99 * p).high >= c);
  CHECK(estimator.p_above(c) == 1);
}

}  // namespace

TEST_CASE("tails and quantiles are SciPy's") {
  CHECK(student_tail(2.5, 7.3) == Approx(0.019825117332800214).epsilon(1e-9));
  CHECK(student_quantile(0.0005, 11) == Approx(4.436979338234449).epsilon(1e-9));
  CHECK(normal_quantile(0.001) == Approx(3.090232306167813).epsilon(1e-9));
  CHECK(binomial_at_least(std::size_t{7}, std::size_t{10}, 0.4) == Approx(0.05476188160000002).epsilon(1e-9));
  CHECK(binomial_at_least(std::size_t{3}, std::size_t{3}, 0.9) == Approx(0.729));
  CHECK(binomial_at_least(std::size_t{0}, std::size_t{3}, 0.9) == 1);
  CHECK(binomial_at_least(std::size_t{4}, std::size_t{3}, 0.9) == 0);
  CHECK(binomial_interval(7, 10, 0.01).low == Approx(0.26488601471286927).epsilon(1e-9));
  CHECK(binomial_interval(7, 10, 0.01).high == Approx(0.9629927789037679).epsilon(1e-9));
  CHECK(binomial_interval(0, 10, 0.01).low == 0);
  CHECK(binomial_interval(10, 10, 0.01).high == 1);
}

TEST_CASE("a mean has the doubts of Student and of Hall") {
  const EstimatorPtr mean = estimate_mean(kSkewed, Doubt::signs);
  CHECK(mean->value() == Approx(-1));
  CHECK(mean->p_below(0) == Approx(0.009857575810147816).epsilon(1e-9));  // Student's; Hall's is 0.00147
  CHECK(mean->p_above(0) == 1);
  CHECK(mean->interval(0.05).low == Approx(-2.0247227731353723).epsilon(1e-9));   // Hall's
  CHECK(mean->interval(0.05).high == Approx(-0.3147204746406388).epsilon(1e-9));  // Student's
  check_together(*mean, 0);
  check_together(*estimate_mean(normal_values(0, 12, 3), Doubt::signs), 1);
  check_together(*estimate_mean(normal_values(0, 700, 3), Doubt::unseen), 0.1);
}

TEST_CASE("what few values cannot know") {
  CHECK(smallest_p_value(8, Doubt::signs) == 1.0 / 128);
  CHECK(smallest_p_value(8, Doubt::unseen) == 1);
  CHECK(smallest_p_value(600, Doubt::unseen) == Approx(2 * std::pow(0.99, 600)));
  CHECK(fewest_values(0.01, Doubt::signs) == 8);
  CHECK(fewest_values(1.0 / 128, Doubt::signs) == 8);
  CHECK(fewest_values(0.01, Doubt::unseen) == 528);
  const EstimatorPtr sure = estimate_mean(std::vector<double>(8, -1.0), Doubt::signs);  // equal values
  CHECK(sure->p_below(0) == 1.0 / 128);
  CHECK(sure->interval(0.01).high == -1);
  CHECK(sure->interval(0.001).high == kInfinity);
  const EstimatorPtr losses =
      estimate_mean({1.1, 0.9, 1.2, 0.8, 1, 1, 1.05, 0.95, 1.02}, Doubt::unseen_above);
  CHECK(losses->p_below(2) == 1);  // a tenth of the problems may have a loss of 100
  CHECK(losses->p_above(0.5) < 0.01);
  CHECK(losses->interval(0.01).low > 0.5);
  CHECK(losses->interval(0.01).high == kInfinity);
  const EstimatorPtr one = estimate_mean({-1}, Doubt::signs);
  CHECK(one->p_below(0) == 1);
  CHECK(one->interval(0.5).high == kInfinity);
}

TEST_CASE("a mean that was seen to be infinite is") {
  const EstimatorPtr diverged = estimate_mean({1, kInfinity, 2}, Doubt::unseen);
  CHECK(diverged->p_above(5) == 0);
  CHECK(diverged->p_below(5) == 1);
  const EstimatorPtr both = estimate_mean({1, kInfinity, -kInfinity}, Doubt::signs);
  CHECK(both->p_above(0) == 1);
  CHECK(both->p_below(0) == 1);
}

TEST_CASE("a median is judged by signs, infinities and ties included") {
  const EstimatorPtr median = estimate_median(kSkewed);
  CHECK(median->value() == -0.93);
  CHECK(median->p_below(0) == Approx(0.0390625));  // 8 of 9
  CHECK(median->p_below(0.2) ==
        Approx(2 / std::exp2(8)));  // 8 of 8: the one that is equal counts for neither
  CHECK(median->interval(0.05).low == -1.7);
  CHECK(median->interval(0.05).high == -0.31);
  CHECK(median->interval(0.001).low == -kInfinity);
  const EstimatorPtr diverged = estimate_median({1, kInfinity, 2, 3, kInfinity, 2, 1, 2, 3, 1, 2});
  CHECK(diverged->value() == 2);
  CHECK(diverged->p_below(4) == Approx(2 * 67 / std::exp2(11)));  // 9 or more of 11
  CHECK(diverged->interval(0.1).high == 3);
  CHECK(estimate_median({2, 2, 2, 2, 2, 2, 2, 2})->p_below(2) == 1);
}

TEST_CASE("trainings widen an interval in squares") {
  const std::vector<double> trainings = {0.1, 0.3, 0.2};
  CHECK(estimate_training_effect(trainings)->interval(0.05).high ==
        Approx(0.24841377117503308).epsilon(1e-9));
  CHECK(estimate_training_effect(trainings, /*normal=*/false)->interval(0.05).high == kInfinity);
  std::vector<Term> terms;
  terms.push_back({estimate_mean(kSkewed, Doubt::signs)});
  terms.push_back({estimate_training_effect(trainings)});
  const EstimatorPtr both = combine(std::move(terms));
  CHECK(both->value() == Approx(-1));
  CHECK(both->interval(0.05).high == Approx(-1 + std::hypot(1 - 0.3147204746406388, 0.24841377117503308)));
  CHECK(both->interval(0.05).low == Approx(-1 - std::hypot(2.0247227731353723 - 1, 0.24841377117503308)));
  check_together(*both, 0.2);
  CHECK(both->p_below(0) > estimate_mean(kSkewed, Doubt::signs)->p_below(0));
  CHECK(both->p_above(0) == 1);
}

TEST_CASE("a difference takes the other end of what is subtracted") {
  std::vector<Term> terms;
  terms.push_back({estimate_mean(std::vector<double>(20, 1.0), Doubt::signs)});
  terms.push_back({estimate_mean(kSkewed, Doubt::signs), -1});
  const EstimatorPtr difference = combine(std::move(terms));
  CHECK(difference->value() == Approx(2));
  CHECK(difference->interval(0.05).low == Approx(1 + 0.3147204746406388));
  CHECK(difference->interval(0.05).high == Approx(1 + 2.0247227731353723));
}

TEST_CASE("a share that is the mean of several counts lies between them") {
  const double low = estimate_share(7, 10)->p_above(0.3), high = estimate_share(8, 10)->p_above(0.3);
  const double between = estimate_share(7.5, 10)->p_above(0.3);
  CHECK(low == Approx(2 * binomial_at_least(std::size_t{7}, std::size_t{10}, 0.3)));
  CHECK(between < low);
  CHECK(between > high);
}

TEST_CASE("the share of one value in the variance") {
  CHECK(largest_share_of_variance(std::vector<double>{0, 0, 0, 4}) == Approx(9.0 / 12));
  CHECK(largest_share_of_variance(std::vector<double>{1, 1}) == 0);
  CHECK(largest_share_of_variance(std::vector<double>{}) == 0);
}
