// How often reports were wrong in the self-test of claims.
#pragma once

#include <cstddef>
#include <span>

namespace l2l::reports {

/// Reports of so many claims, each on so many problems, that had a wrong decision at 99 %: under the law of
/// losses where that was most often, over all kinds of claims.
struct MeasuredRate {
  std::size_t problems = 0, claims = 0;
  double worst = 0;
};

/// Written by `l2lbench claims --self-test --write-rates reports/claims/measured_rates.cpp`.
std::span<const MeasuredRate> measured_rates();

/// The row with the most problems and the most claims that are not above these (else the fewest there are).
MeasuredRate measured_rate(std::size_t problems, std::size_t claims);

}  // namespace l2l::reports
