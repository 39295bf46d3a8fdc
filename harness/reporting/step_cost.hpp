// What a step of an optimizer costs, as figures over costs and tables have it.
#pragma once

#include <vector>

#include "harness/suite/suite.hpp"
#include "reports/results/results.hpp"

namespace l2l {

/// Of one problem of the cell. Every optimizer asks for one gradient a step: whatever else is evaluated
/// records the trajectory.
/// @param found    what tuning found of a baseline's hyperparameters, all others included
/// @param seconds  of stored evaluations: each one's by its problems and steps
reports::StepCost step_cost(const Cell& cell, const Hyperparameters& found, std::vector<double> seconds);

}  // namespace l2l
