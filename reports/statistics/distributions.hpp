// Student's t, the normal and the binomial distribution, as tests and intervals need them (Boost.Math).
#pragma once

#include <cstddef>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

/// P(T >= t) for Student's t with that many degrees of freedom (> 0, not necessarily whole).
double student_tail(double t, double degrees);

/// The t with P(T >= t) = tail. @pre 0 < tail < 1
double student_quantile(double tail, double degrees);

/// The z with P(Z >= z) = tail for a standard normal Z. @pre 0 < tail < 1
double normal_quantile(double tail);

/// P(X >= k) for X ~ Binomial(n, share).
double binomial_at_least(std::size_t k, std::size_t n, double share);

/// P(X >= k) for X ~ Binomial(n, share) where k, 0 <= k <= n, is the mean of several counts and need not be
/// whole: the incomplete beta function that equals it for whole k.
double binomial_at_least(double k, double n, double share);

/// Clopper and Pearson's interval of a share, of k successes in n (k as above).
/// @param alpha  1 - confidence
Interval binomial_interval(double k, double n, double alpha);

}  // namespace l2l::reports
