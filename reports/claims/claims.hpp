// From claims to verdicts. docs/claims.md explains the statistics for readers of reports.
#pragma once

#include <vector>

#include "reports/claims/verdicts.hpp"

namespace l2l::reports {

struct Experiment;
struct ReportInput;

/// The verdict on one claim by itself, over losses at its step (or over means from its first step to it). x
/// is the ratio of the own loss to that of another optimizer on the same problem; "of x" is what `statistic`
/// says (statistic_of), with the interval and the p-values of reports/statistics/estimators.hpp.
// clang-format off
///   kind            holds if
///   below           of x for every other one: below 1 - e
///   fails           of x for every other one: above 1 + e
///   close           of x for every other one: at most 1 + margin
///   ratio           of x for every other one: at most ratio
///   at_most         of the own loss: at most threshold
///   at_least        of the own loss: at least threshold
///   within          of the own loss: within margin times |paper_value| of paper_value
///   no_convergence  of the own loss / that at from_step: above share
///   most_seeds      of the problems where no other loss is as low: more than share where own loss is below
///                   (1 - e) times that of every other
///   most_points     more than more_than points where `below` holds
///   advantage       geometric mean of 1 / x for the other one where that is the smallest: larger by 1 + e than on
///                   the optimizee `than`
// clang-format on
/// and is contradicted if the opposite is as sure; e is the claim's minimum effect. For every point and every
/// other one the p-value is the largest; a contradiction by any of k has the smallest times k.
///
/// Curves that are missing, incomplete or too short make the claim not run. Where an optimizer was trained
/// several times, the verdict is about all its trainings: their spread widens every interval.
ClaimVerdict judge(const Claim& claim, const std::vector<Experiment>& experiments);

/// Holm's correction over the claims that ran, each judged by itself: a verdict stays reproduced or
/// contradicted if its corrected p-value is at most 1 - confidence, and becomes inconclusive otherwise. So
/// the probability that any claim of the report is decided wrongly is at most 1 - the lowest confidence.
/// Completes the reasons.
void correct_for_many(std::vector<ClaimVerdict>& verdicts);

/// All claims of a report, corrected.
std::vector<ClaimVerdict> judge(const ReportInput& input);

}  // namespace l2l::reports
