// What a tuning has tried and found, for tables and figures.
#pragma once

#include <string>
#include <vector>

#include "harness/compute/tuned_rule.hpp"
#include "harness/plan/job.hpp"
#include "harness/suite/suite.hpp"
#include "reports/results/results.hpp"

namespace l2l {

/// "beta1 0.42, cosine to 0.01": what was found of these names but the rate, and the schedule.
std::string settings_text(const TunedRule& rule, const std::vector<std::string>& tuned);

/// The rates or trials of a tuning and their losses.
/// @param chosen  the baseline with what was found
void add_tuning_curve(const BaselineSpec& spec, const TunedRule& chosen, const JobResult& result,
                      reports::Curve& curve);

}  // namespace l2l
