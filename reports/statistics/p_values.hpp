// p-values of claims about means over seeds, and their correction for many claims (docs/claims.md).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace l2l::reports {

/// P(mean* >= c) and P(mean* <= c) for the mean of a resample of `values` (all finite, as many as there are,
/// with replacement). Where `bootstrap_means` counts resamples and cannot see below 1/kResamples, this is the
/// distribution that it samples from, by the saddlepoint approximation of Lugannani and Rice
/// (Davison and Hinkley 1988); exact beyond the largest and the smallest value.
double resampled_mean_at_least(std::span<const double> values, double c);
double resampled_mean_at_most(std::span<const double> values, double c);

/// The smallest p-value that n seeds can give: 2^(1-n), as all signs flipped by chance (two-sided). A
/// bootstrap of few seeds that all agree knows no doubt at all; this is the doubt that it leaves out.
double smallest_p_value(std::size_t n);

/// Two-sided p-value of "the mean is below c" (or above it): the interval of confidence 1 - p just touches c.
/// Not below smallest_p_value(n); 1 for no values.
double p_mean_below(std::span<const double> values, double c);
double p_mean_above(std::span<const double> values, double c);

/// p-value of "the interval of the mean of `below` ends before that of `above` begins": at confidence 1 - p
/// they just touch. Values may be +inf (divergence): then so is the mean, and what is left is the doubt about
/// the other one. A p-value below 1e-9 may be given as a larger one below 2e-9.
double p_apart(std::span<const double> below, std::span<const double> above);

/// P(X >= k) for X ~ Binomial(n, share).
double binomial_at_least(std::size_t k, std::size_t n, double share);

/// Holm's step-down correction of m p-values for all of them together: the i-th smallest becomes
/// max over j <= i of min(1, (m - j + 1) p_(j)). Where every claim with an adjusted p-value of at most alpha
/// is decided, the probability of one or more wrong ones is at most alpha, whatever the claims share.
std::vector<double> holm_adjusted(std::span<const double> p_values);

/// "More than k of the n": the Bonferroni p-value of a partial conjunction (Benjamini and Heller 2008),
/// (n - k) times the (k+1)-th smallest of n p-values. @pre k < n
double p_more_than(std::span<const double> p_values, std::size_t k);

}  // namespace l2l::reports
