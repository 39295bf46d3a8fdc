// The fields of a schedule as suites and job configurations know them.
#pragma once

#include "core/fields.hpp"
#include "optimizers/rate_schedule.hpp"

namespace l2l {

template <>
const Fields<RateSchedule>& fields();

/// A kind alone ("cosine"), or an object.
schema::Node schedule_node();
/// From either.
RateSchedule schedule_from(const nlohmann::json& value);
/// Canonical configuration: what the kind does not have is not in it.
nlohmann::json canonical(const RateSchedule& schedule);
/// What is wrong across fields, empty if nothing is.
std::string complaint_of(const RateSchedule& schedule);

}  // namespace l2l
