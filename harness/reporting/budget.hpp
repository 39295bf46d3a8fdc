// What was spent on an optimizer before it was evaluated.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"
#include "reports/results/results.hpp"

namespace l2l {

using ResultOf = std::function<std::optional<JobResult>(const std::string& key)>;

/// Of the jobs behind an optimizer at one point: a tuning, or meta-trainings (others cost no evaluation).
/// None where a result is missing. Counted are the evaluations that were asked for; trajectories that diverge
/// end sooner. A product of f'' with a vector counts as a gradient. Seconds are left to the caller.
std::optional<reports::Budget> budget_of(const std::vector<const Job*>& jobs, const ResultOf& result_of);

/// The same before anything is computed: grids that do not go on, trainings of all their epochs.
reports::Budget planned_budget(const std::vector<const Job*>& jobs);

}  // namespace l2l
