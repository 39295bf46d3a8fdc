// Written by `l2lbench claims --self-test --write-rates`.
#include "reports/claims/measured_rates.hpp"

namespace l2l::reports {

std::span<const MeasuredRate> measured_rates() {
  static constexpr MeasuredRate kRates[] = {
      {5, 1, 0},        {5, 4, 0},         {5, 14, 0},        {5, 40, 0},       {8, 1, 0.0037},
      {8, 4, 0},        {8, 14, 0},        {8, 40, 0},        {12, 1, 0.004},   {12, 4, 0.0022},
      {12, 14, 0.0024}, {12, 40, 0},       {16, 1, 0.0035},   {16, 4, 0.0023},  {16, 14, 0.0022},
      {16, 40, 0.0015}, {32, 1, 0.0042},   {32, 4, 0.004},    {32, 14, 0.0027}, {32, 40, 0.0027},
      {64, 1, 0.0047},  {64, 4, 0.0037},   {64, 14, 0.0033},  {64, 40, 0.0033}, {256, 1, 0.0067},
      {256, 4, 0.0059}, {256, 14, 0.0053}, {256, 40, 0.0065},
  };
  return kRates;
}

}  // namespace l2l::reports
