#include "optimizers/rate_schedule_fields.hpp"

namespace l2l {

template <>
const Fields<RateSchedule>& fields() {
  using S = RateSchedule;
  static const Fields<S> described = {
      field("kind", &S::kind, "how the rate goes down over the steps")
          .axis("of the rates of baselines", "schedule")
          .required(),
      field("final", &S::final_share, schema::number(0, 1),
            "the rate at the last step, as a share of the full one")
          .axis("of baselines: the rate at the last step, as a share of the full one", "final_rate")
          .when([](const S& s) { return s.kind != ScheduleKind::constant; }),
      field("drops", &S::drops, schema::integer(1, 1'000),
            "of step: times that the rate falls, evenly spread")
          .when([](const S& s) { return s.kind == ScheduleKind::step; }),
      field("warm_up", &S::warm_up, schema::number(0, 0.99),
            "share of the steps over which the rate first rises, linearly")
          .axis("of baselines: share of the steps over which the rate first rises")
          .unless_default()};
  return described;
}

schema::Node schedule_node() {
  return schema::any_of({field_value::node<ScheduleKind>(), fields<RateSchedule>().node()});
}

RateSchedule schedule_from(const nlohmann::json& value) {
  return fields<RateSchedule>().read(value.is_string() ? nlohmann::json{{"kind", value}} : value);
}

nlohmann::json canonical(const RateSchedule& schedule) {
  return fields<RateSchedule>().canonical(schedule);
}

std::string complaint_of(const RateSchedule& schedule) {
  const bool multiplies = schedule.kind == ScheduleKind::exponential || schedule.kind == ScheduleKind::step;
  if (multiplies && schedule.final_share == 0)
    return fmt::format("a schedule that is {} cannot end at 0: set final above 0", name_of(schedule.kind));
  return "";
}

}  // namespace l2l
