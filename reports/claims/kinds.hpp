// What each kind of claim says about one point of an experiment.
#pragma once

#include "reports/claims/data.hpp"

namespace l2l::reports {

/// Sets verdict, reason, effect and p-values of a point whose curves are all there, with enough seeds.
/// @param curves     at this point
/// @param reference  of `advantage`: on the optimizee that the claim compares with
void decide_point(const Claim& claim, const Curves& curves, const Curves& reference, PointVerdict& point);

/// The comparison with the other optimizer that is hardest to beat: the lowest, of `fails` the highest; null
/// where there is none.
const Comparison* hardest(const Claim& claim, const PointVerdict& point);

}  // namespace l2l::reports
