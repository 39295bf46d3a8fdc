// Written by `l2lbench claims --self-test --write-rates`.
#include "reports/claims/measured_rates.hpp"

namespace l2l::reports {

std::span<const MeasuredRate> measured_rates() {
  static constexpr MeasuredRate kRates[] = {
      {5, 1, 0},
  };
  return kRates;
}

}  // namespace l2l::reports
