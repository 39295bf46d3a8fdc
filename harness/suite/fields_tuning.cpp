// The fields of a suite: how baselines are tuned.
#include "harness/suite/fields.hpp"
#include "optimizers/rate_schedule_fields.hpp"

namespace l2l {

using namespace schema;

template <>
const Fields<TuningTarget>& fields() {
  using S = TuningTarget;
  const Node step = integer(0, 100'000);
  static const Fields<S> described = {
      field("first_step", &S::first_step, step, "first step of the mean; default: five steps make it")
          .optional()
          .unless_default(),
      field("step", &S::step, step, "last step of the mean; default: the horizon that is tuned for")
          .optional()
          .unless_default()};
  return described;
}

template <>
const Fields<SearchRange>& fields() {
  using S = SearchRange;
  const Node any = number(-1e300, 1e300);  // the range is that of the rule's hyperparameter
  static const Fields<S> described = {field("low", &S::low, any, "smallest value").required(),
                                      field("high", &S::high, any, "largest value").required(),
                                      field("draw", &S::draw, "how values are drawn between low and high")};
  return described;
}

namespace {

/// By hyperparameter a range, or a list of values.
FieldOf<RandomSearch> over_field() {
  return custom_field<RandomSearch>(
      "over", map_of_any(any_of({fields<SearchRange>().node(), set(number(-1e300, 1e300))})),
      [](RandomSearch& search, const nlohmann::json& value) {
        for (const auto& [name, given] : value.items()) {
          SearchRange& range = search.over[name];
          if (given.is_array())
            range.choices = given.get<std::vector<double>>();
          else
            fields<SearchRange>().read_into(range, given);
        }
      },
      [](const RandomSearch& search, Form form) {
        auto value = nlohmann::json::object();
        for (const auto& [name, range] : search.over)
          value[name] = range.choices.empty() ? fields<SearchRange>().write(range, form)
                                              : nlohmann::json(range.choices);
        return value;
      },
      "the hyperparameters that are searched: of each a range, or a list of values");
}

FieldOf<RandomSearch> schedules_field() {
  return custom_field<RandomSearch>(
      "schedules", set(schedule_node()),
      [](RandomSearch& search, const nlohmann::json& value) {
        search.schedules.clear();
        for (const auto& schedule : value) search.schedules.push_back(schedule_from(schedule));
      },
      [](const RandomSearch& search, Form) {
        auto list = nlohmann::json::array();
        for (const RateSchedule& schedule : search.schedules) list.push_back(canonical(schedule));
        return list;
      },
      "schedules of the rate, one of which is drawn");
}

}  // namespace

template <>
const Fields<RandomSearch>& fields() {
  using S = RandomSearch;
  static const Fields<S> described = {
      field("trials", &S::trials, integer(1, 100'000), "draws of all that is searched at once"),
      field("halvings", &S::halvings, integer(0, 16),
            "successive halving: the first round has this often halved problems, and the better half of the "
            "trials goes on to twice as many"),
      over_field().optional(), schedules_field().optional()};
  return described;
}

template <>
const Fields<TuningSpec>& fields() {
  using S = TuningSpec;
  const Node any = positive(1e300);  // the range is that of the rule's hyperparameter
  const auto is_grid = [](const S& s) { return !s.search; };
  static const Fields<S> described = {
      field("low", &S::low, any, "smallest value of the grid").when(is_grid),
      field("high", &S::high, any, "largest value of the grid").when(is_grid),
      field("points", &S::points, integer(1, 10'000), "log-spaced, both ends included").when(is_grid),
      field("instances", &S::instances, integer(1, 100'000), "problems per point of the grid, or per trial"),
      field("widen", &S::widen, integer(0, 20),
            "so many times at most the grid goes on by a factor of 10 beyond the edge where the best lies; "
            "default: 0")
          .optional()
          .unless_default(),
      field("target", &S::target, fields<TuningTarget>().node(),
            "the loss that is compared; default: the mean over the last five steps")
          .optional()
          .unless_default(),
      field("search", &S::search, fields<RandomSearch>().node(), "random search in place of the grid")
          .optional()
          .unless_default()};
  return described;
}

}  // namespace l2l
