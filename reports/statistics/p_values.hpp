// Many p-values together (docs/claims.md).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace l2l::reports {

/// Holm's step-down correction of m p-values for all of them together: the i-th smallest becomes
/// max over j <= i of min(1, (m - j + 1) p_(j)). Where every claim with an adjusted p-value of at most alpha
/// is decided, the probability of one or more wrong ones is at most alpha, whatever the claims share.
std::vector<double> holm_adjusted(std::span<const double> p_values);

/// "More than k of the n": the Bonferroni p-value of a partial conjunction (Benjamini and Heller 2008),
/// (n - k) times the (k+1)-th smallest of n p-values. @pre k < n
double p_more_than(std::span<const double> p_values, std::size_t k);

}  // namespace l2l::reports
