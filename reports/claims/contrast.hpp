// What claims compare: a loss with another one on the same problems, with an earlier one, with a number.
#pragma once

#include <string>

#include "reports/claims/data.hpp"
#include "reports/statistics/estimators.hpp"

namespace l2l::reports {

/// `statistic` of a claim or, where it says none, that of its kind: `at_most`, `at_least`, `within` the mean,
/// `no_convergence` the median, comparisons of optimizers the geometric mean of the ratio.
///
/// A mean is what the paper plots, but n problems show nothing of what happens on fewer than one in n/5 of
/// them, so that few problems cannot decide about it (Bahadur and Savage 1956). The ratio on a problem tames
/// heavy tails, and where two optimizers do not differ in law its logarithm is symmetric about 0; the median
/// is sound for every law.
Statistic statistic_of(const Claim& claim);

/// "geometric mean", ...
const char* to_string(Statistic statistic);

/// In words, "share" of `most_seeds`.
std::string statistic_text(const Claim& claim);

/// What bounds the p-value of a claim about an optimizer with this mean loss: that a mean is above a number
/// is not in doubt for what was not seen.
Doubt doubt_of(const Claim& claim, double loss);

/// Something that is below `at`, above it, or neither.
struct Contrast {
  EstimatorPtr estimator;
  double at = 0;
  Effect effect;
  std::string note;  ///< what a reader has to know about it; may be empty

  double p_below() const { return estimator->p_below(at); }
  double p_above() const { return estimator->p_above(at); }
};

/// Own loss against `factor` times that of the other one, over the problems that both met: by the logarithm
/// of the ratio, of the mean by the difference. Both diverged, or equal: neither. Where a pair diverged or is
/// zero there is no geometric mean, and the median is judged. @pre one pair or more
Contrast contrast_of(const Claim& claim, const Curve& own, const Curve& other, double factor);

/// The loss against a number. @pre one seed or more
Contrast contrast_with(const Claim& claim, const Curve& own, double number);

/// The loss at the claim's step against `share` times that at `from_step`.
Contrast contrast_with_start(const Claim& claim, const Curve& own);

/// How much smaller the own loss is than that of the other one, ln(other / own), on the problems of one
/// optimizee.
struct Advantage {
  std::string over;               ///< label of the other one
  std::vector<double> problems;   ///< of each, the mean over trainings; empty where one diverged or is zero
  std::vector<double> trainings;  ///< of each training of the own optimizer, the mean over problems
};
Advantage advantage_over(const Claim& claim, const Curve& own, const Curve& other);

/// How much larger the geometric mean of one advantage is than that of another, of the same trainings on
/// other problems. @pre neither is empty
EstimatorPtr advantage_difference(const Advantage& here, const Advantage& there);

/// On how many problems of those that both met the own loss is below, above, or equal.
Wins wins_of(const Claim& claim, const Curve& own, const Curve& other);

}  // namespace l2l::reports
