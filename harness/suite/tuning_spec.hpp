// How a baseline's hyperparameters are found: by a grid over one, or by random search over several.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/names.hpp"
#include "optimizers/rate_schedule.hpp"

namespace l2l {

/// The loss that is compared: its mean over the steps first_step .. step.
struct TuningTarget {
  std::optional<int> first_step;  ///< default: so that the last kFinalSteps steps up to `step` are taken
  std::optional<int> step;        ///< default: the horizon

  int last(int horizon) const { return step.value_or(horizon); }
};

enum class Draw { log_uniform, uniform };
template <>
struct SpecNames<Draw> {
  static constexpr std::array<std::pair<Draw, std::string_view>, 2> names = {
      {{Draw::log_uniform, "log-uniform"}, {Draw::uniform, "uniform"}}};
};

/// What a hyperparameter is drawn from: a range, or where there are choices one of them.
struct SearchRange {
  double low = 0, high = 0;
  Draw draw = Draw::log_uniform;
  std::vector<double> choices;
};

/// Trials are draws of all of it at once. Each halving starts with half as many problems, and ends with
/// the better half of the trials going on: the last round has all problems.
struct RandomSearch {
  int trials = 32;
  int halvings = 0;
  std::map<std::string, SearchRange> over;  ///< by hyperparameter
  std::vector<RateSchedule> schedules;      ///< one of them is drawn; empty: the baseline's own
};

struct TuningSpec {
  // Of a grid: log-spaced values of the rule's tuned hyperparameter, both ends included.
  double low = 1e-5, high = 30;
  int points = 27;
  int widen = 0;  ///< times that the grid may go on where the best lies at its edge
  // Of both.
  int instances = 16;  ///< problems of role `tune` per point or trial
  TuningTarget target;
  std::optional<RandomSearch> search;  ///< in place of the grid
};

/// Trials of a random search that are in a round, and how many problems they have met at its end.
struct SearchRound {
  std::size_t trials = 0, problems = 0;
};
std::vector<SearchRound> rounds_of(const RandomSearch& search, int instances);

/// Trajectories that a tuning computes, without widening.
double trajectories_of(const TuningSpec& tuning);

}  // namespace l2l
