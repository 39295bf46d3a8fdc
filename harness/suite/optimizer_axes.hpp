// Axes of `optimizer.`: which optimizers have the field, and how it is set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/suite/schema.hpp"
#include "harness/suite/suite.hpp"

namespace l2l::suite {

/// All of them, without the prefix: fields of architectures and of meta-training, hyperparameters of rules,
/// and what there is to a schedule.
std::vector<Field> optimizer_axes();

/// Whether the axis touches it. Optimizers trained elsewhere are as they are, and what tuning finds is no
/// field.
bool has_axis(const OptimizerSpec& optimizer, std::string_view axis);

/// Sets a field that it has. Throws Error{suite} at the value that its rule does not allow.
void move_optimizer(OptimizerSpec& optimizer, std::string_view axis, const Value& value);

}  // namespace l2l::suite
