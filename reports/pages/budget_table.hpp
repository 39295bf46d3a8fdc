// What was spent on every optimizer before it was evaluated, side by side: the budget of a comparison.
#pragma once

#include <vector>

#include "reports/text/table.hpp"

namespace l2l::reports {

struct Experiment;

/// A row per experiment, optimizer and amount; empty where nothing is known.
Table budget_table(const std::vector<Experiment>& experiments);
/// What the numbers are, for below it.
inline constexpr const char* kBudgetCaption =
    "Spent on an optimizer at one point of its experiment before it was evaluated there: on tuning, or on "
    "meta-training with its search and all its trainings. A gradient comes with its function value. What was "
    "chosen by hand beforehand is in no count.";

}  // namespace l2l::reports
