// From claims to verdicts. docs/claims.md explains the statistics for readers of reports.
#pragma once

#include <vector>

#include "reports/claims/verdicts.hpp"

namespace l2l::reports {

struct Experiment;
struct ReportInput;

/// The verdict on one claim by itself, over mean losses at its step (or over means from its first step to
/// it). What decides is the bootstrap interval [l, h], at the claim's confidence, of
// clang-format off
///   kind            the number                                reproduced           contradicted
///   below           own loss - (1 - e) that of other          every h < 0          some l > 0
///   fails           own loss - (1 + e) that of other          every l > 0          some h < 0
///   close           own loss - that of other                  every h <= margin m  some l > margin m
///   ratio           own loss - ratio times that of other      every h <= 0         some l > 0
///   at_most         own loss                                  h <= threshold       l > threshold
///   at_least        own loss                                  l >= threshold       h < threshold
///   within          own loss                                  inside of R          outside of R
///   no_convergence  own loss - share times that at from_step  l >= 0               h < 0
///   most_seeds      share of seeds where own loss is below    l > share            h < share
///                   (1 - e) times that of every other
///   most_points     points where `below` is reproduced        > more_than          can no longer be that many
///   advantage       A = ln(loss of other / own loss) of the   l > h' + ln(1 + e)   h < l' + ln(1 + e)
///                   other where that is the smallest
// clang-format on
/// and inconclusive in between. e is the claim's minimum effect, m the mean loss of other; "every" and "some"
/// go over the optimizers of `against`, whose differences are paired by seed. R is what lies within margin
/// times |paper_value| of paper_value; most_seeds has Clopper and Pearson's interval, most_points has none;
/// [l', h'] is that of A on the optimizee `than`.
///
/// A diverged seed puts the mean at +inf (see Summary), so it fails; no_convergence it reproduces. Curves
/// that are missing, incomplete or too short make the claim not run. The p-value is by the same bootstrap
/// (p_values.hpp): of a difference that is zero; for every point and every other one the largest, a
/// contradiction by any of k the smallest times k. Where `below` and `fails` have fewer than kFewestSeeds
/// pairs, or one of a pair diverged, the two intervals have to be apart instead.
ClaimVerdict judge(const Claim& claim, const std::vector<Experiment>& experiments);

/// All claims of a report. Holm's correction goes over those that ran: a verdict stays reproduced or
/// contradicted if its corrected p-value is at most 1 - confidence, and becomes inconclusive otherwise. So
/// the probability that any claim of the report is decided wrongly is at most 1 - the lowest confidence.
std::vector<ClaimVerdict> judge(const ReportInput& input);

}  // namespace l2l::reports
