// What optimizers propose for a gradient: the numbers of a figure of kind `updates`.
#pragma once

#include <optional>

#include "harness/plan/plan.hpp"
#include "harness/store/store.hpp"
#include "harness/suite/suite.hpp"
#include "reports/results/results.hpp"

namespace l2l {

/// The first optimizer of the figure, a learned one, minimises the first test problem of its experiment; the
/// gradients of one coordinate (the one whose first gradient is the median by size) are the history. Every
/// optimizer then sees the history up to a step of the figure, and at that step gradients from -4 to 4 times
/// the one that was met there, each on a coordinate of its own. None where a phi or a tuned rate is not in
/// the store yet. Throws Error{data} where the optimizee needs a data set that is not there.
std::optional<reports::UpdatePicture> update_picture(const FigureSpec& figure, const Suite& suite,
                                                     const Plan& plan, const Store& store);

}  // namespace l2l
