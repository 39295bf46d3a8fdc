#include "reports/claims/measured_rates.hpp"

namespace l2l::reports {

MeasuredRate measured_rate(std::size_t problems, std::size_t claims) {
  MeasuredRate best = measured_rates().front();
  for (const MeasuredRate& rate : measured_rates()) {
    if (rate.problems <= problems && rate.claims <= claims && rate.problems >= best.problems &&
        rate.claims >= best.claims)
      best = rate;
  }
  return best;
}

}  // namespace l2l::reports
