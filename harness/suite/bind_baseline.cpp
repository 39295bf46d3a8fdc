// A baseline: its hyperparameters, its schedule and how it is tuned.
#include <cmath>

#include "harness/suite/bind.hpp"
#include "harness/suite/fields.hpp"
#include "optimizers/rate_schedule_fields.hpp"

namespace l2l::suite {
namespace {

RateSchedule bind_schedule(const Value& value, const std::string& what) {
  const RateSchedule schedule = schedule_from(plain_json(value));
  if (const std::string complaint = complaint_of(schedule); !complaint.empty())
    fail(value.where, fmt::format("{}: {}", what, complaint));
  return schedule;
}

void check_target(const TuningTarget& target, const Value& tune, const std::string& what) {
  if (target.first_step && target.step && *target.first_step > *target.step)
    fail(tune.at("target").at("first_step").where,
         fmt::format("{}.target: first_step must not be after step", what));
}

/// A range or a list of a hyperparameter that is searched.
void check_range(const Rule& rule, const std::string& name, const Value& value, const std::string& what) {
  const auto bounds = rule.bounds.find(name);
  if (bounds == rule.bounds.end()) {
    std::vector<std::string> known;
    for (const auto& [hyperparameter, unused] : rule.bounds) known.push_back(hyperparameter);
    fail(value.where, fmt::format("{}: {} has no hyperparameter '{}'", what, rule.name, name),
         suggest(name, known));
  }
  const auto check_bounds = [&](const Value& number) {
    const auto& [standard, low, high] = bounds->second;
    if (number.number < low || number.number > high)
      fail(number.where, fmt::format("{}.{}: {} is outside [{}, {}]", what, name, number.number, low, high));
  };
  for (const Value& choice : value.items) check_bounds(choice);
  if (value.is(Value::Kind::list)) return;
  check_bounds(value.at("low"));
  check_bounds(value.at("high"));
  check_order(value, fmt::format("{}.{}", what, name));
  if (value.at("draw").text == name_of(Draw::log_uniform) && value.at("low").number <= 0)
    fail(value.at("low").where,
         fmt::format("{}.{}: low must be above 0 to be drawn log-uniformly", what, name),
         "raise it, or say `draw: uniform`");
}

/// What a random search does not have must not be set beside it.
void refuse_grid(const TuningSpec& tuning, const Value& tune, const std::string& what) {
  const TuningSpec standard;
  const std::pair<const char*, bool> grid[] = {{"low", tuning.low != standard.low},
                                               {"high", tuning.high != standard.high},
                                               {"points", tuning.points != standard.points},
                                               {"widen", tuning.widen != standard.widen}};
  for (const auto& [key, is_set] : grid)
    if (is_set)
      fail(tune.at(key).where,
           fmt::format("{}.{}: belongs to a grid, and this is a random search", what, key),
           "remove it: each hyperparameter has its own range under search.over");
}

void check_search(const Rule& rule, const BaselineSpec& spec, const Value& optimizer,
                  const std::string& what) {
  const Value &tune = optimizer.at("tune"), &value = tune.at("search");
  const std::string where = what + ".tune.search";
  const RandomSearch& search = *spec.tuning.search;
  refuse_grid(spec.tuning, tune, what + ".tune");
  if (search.over.empty() && search.schedules.empty())
    fail(value.where, fmt::format("{}: nothing is searched", where), "give `over` or `schedules`");
  if (const Value* over = value.find("over"); over != nullptr)
    for (const Entry& entry : over->entries) {
      check_range(rule, entry.key, entry.value, where + ".over");
      const auto given = spec.hyperparameters.find(entry.key);
      if (given != spec.hyperparameters.end() && given->second != rule.defaults.at(entry.key))
        fail(optimizer.at("hyperparameters").at(entry.key).where,
             fmt::format("{}: '{}' is searched, so it cannot be given", what, entry.key), "remove it");
    }
  if (const Value* schedules = value.find("schedules"); schedules != nullptr) {
    for (const Value& schedule : schedules->items) bind_schedule(schedule, where + ".schedules");
    if (const Value* given = optimizer.find(kScheduleName); given != nullptr)
      fail(given->where, fmt::format("{}: the schedule is searched, so it cannot be given", what),
           "remove it");
  }
  const std::int64_t parts = std::int64_t{1} << search.halvings;
  if (search.trials < parts || spec.tuning.instances < parts)
    fail(value.at("halvings").where,
         fmt::format("{}: {} trials on {} problems cannot be halved {} times", where, search.trials,
                     spec.tuning.instances, search.halvings),
         "take fewer halvings, or more trials and instances");
}

}  // namespace

BaselineSpec bind_baseline(const Rule& rule, const Value& value, const std::string& what) {
  BaselineSpec spec;
  spec.rule = rule.name;
  const Value& given = value.at("hyperparameters");
  for (const Entry& entry : given.entries) spec.hyperparameters[entry.key] = entry.value.number;
  if (const Value* schedule = value.find(kScheduleName); schedule != nullptr)
    spec.schedule = bind_schedule(*schedule, fmt::format("{}.{}", what, kScheduleName));
  const Value& tune = value.at("tune");
  if (tune.is(Value::Kind::boolean)) {
    spec.tune = tune.boolean;
  } else {
    spec.tuning = fields<TuningSpec>().read(plain_json(tune));
    check_target(spec.tuning.target, tune, what + ".tune");
    if (spec.tuning.search) {
      check_search(rule, spec, value, what);
      return spec;
    }
    check_order(tune, what + ".tune");
  }
  if (spec.tune && given.find(rule.tuned) != nullptr)
    fail(given.at(rule.tuned).where,
         fmt::format("{}: '{}' is tuned, so it cannot be given", what, rule.tuned),
         "remove it, or say `tune: false`");
  return spec;
}

}  // namespace l2l::suite
