// The fields of a schedule as suites and job configurations know them.
#pragma once

#include "core/fields.hpp"
#include "optimizers/schedule.hpp"

namespace l2l {

template <>
const Fields<Schedule>& fields();

/// A kind alone ("cosine"), or an object.
schema::Node schedule_node();
/// From either.
Schedule schedule_from(const nlohmann::json& value);
/// Canonical configuration: what the kind does not have is not in it.
nlohmann::json canonical(const Schedule& schedule);
/// What is wrong across fields, empty if nothing is.
std::string complaint_of(const Schedule& schedule);

}  // namespace l2l
