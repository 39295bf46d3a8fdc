// Numbers estimated from independent problems and independent trainings: on which side of another number they
// lie, and how surely. How often each is wrong is measured by `l2lbench claims --self-test` (docs/claims.md).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

/// An unknown number with its estimate. p-values and intervals belong together: the p-value of "it is below
/// c" is the alpha at which the interval ends at c.
class Estimator {
 public:
  virtual ~Estimator() = default;
  virtual double value() const = 0;
  /// Holds the number with probability 1 - alpha; an end is infinite where the values cannot tell.
  virtual Interval interval(double alpha) const = 0;
  /// Two-sided p-values of "it is below c" and "it is above c"; 1 where the estimate is not.
  virtual double p_below(double c) const = 0;
  virtual double p_above(double c) const = 0;
};

using EstimatorPtr = std::unique_ptr<const Estimator>;

/// What few values leave out: the smallest p-value, whatever they say.
enum class Doubt {
  signs,        ///< 2^(1-n): the signs of n differences agree by chance so often
  unseen,       ///< and 2 * 0.99^n: so often n problems show nothing of what happens on one in a hundred
  unseen_above  ///< that only of "it is below": of values that are never negative, what is unseen is large
};
double smallest_p_value(std::size_t n, Doubt doubt);

/// The fewest values for which smallest_p_value is at most alpha.
std::size_t fewest_values(double alpha, Doubt doubt);

/// Of the mean of a law with a variance; infinite where a value is. The larger p-value of Student's t and of
/// t after Hall's (1992) cubic transformation, which takes the skewness of the values into account; the
/// interval is that of both together. 1 and infinite for fewer than two values.
EstimatorPtr estimate_mean(std::vector<double> values, Doubt doubt);

/// Of the median of any law, infinities included: the sign test, its interval by order statistics. Values
/// that are equal to c count for neither side.
EstimatorPtr estimate_median(std::vector<double> values);

/// Of a share, of k successes in n (k may be the mean of several counts): Clopper and Pearson.
EstimatorPtr estimate_share(double k, std::size_t n);

/// Of the effect that independent trainings have together, 0, from what each of them has: Student's t about
/// their mean. @pre two values or more
/// @param normal  false: effects may be of two kinds only, and their signs agree by chance (Doubt::signs)
EstimatorPtr estimate_training_effect(std::span<const double> trainings, bool normal = true);

/// Sum and difference of independent numbers, by the intervals of the parts: offsets of the ends from the
/// estimates add up in squares (the method of variance estimates recovery, Zou and Donner 2008).
struct Term {
  EstimatorPtr estimator;
  double sign = 1;  ///< or -1
};
EstimatorPtr combine(std::vector<Term> terms);

/// The largest share that one value has of the sum of squared deviations from the mean; 0 where nothing
/// varies.
double largest_share_of_variance(std::span<const double> values);

}  // namespace l2l::reports
