// Schedules: the rate of a hand-designed rule over the steps of an optimization. Rules know only that their
// rate is multiplied by a factor.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/names.hpp"
#include "optimizers/optimizer.hpp"

namespace l2l {

enum class ScheduleKind { constant, step, exponential, linear, cosine };
template <>
struct SpecNames<ScheduleKind> {
  static constexpr std::array<std::pair<ScheduleKind, std::string_view>, 5> names = {
      {{ScheduleKind::constant, "constant"},
       {ScheduleKind::step, "step"},
       {ScheduleKind::exponential, "exponential"},
       {ScheduleKind::linear, "linear"},
       {ScheduleKind::cosine, "cosine"}}};
};

/// Of T steps t = 0..T-1 the first W = round(warm_up T) are the warm-up. Behind it u goes from 0 at t = W to
/// 1 at t = T-1.
struct RateSchedule {
  ScheduleKind kind = ScheduleKind::constant;
  double final_share = 0.01;  ///< r, of the full rate, at the last step; in (0, 1] for step and exponential
  int drops = 2;              ///< n, of step: falls by the same factor, after equal numbers of steps
  double warm_up = 0;         ///< share of the steps, in [0, 1)

  bool operator==(const RateSchedule&) const = default;
  /// True where the factor is 1 at every step.
  bool is_flat() const { return kind == ScheduleKind::constant && warm_up == 0; }
  /// What the rate is multiplied by at step t of `horizon`: (t + 1) / (W + 1) in the warm-up, then
  ///   constant 1; linear 1 - (1 - r) u; cosine r + (1 - r) (1 + cos(pi u)) / 2; exponential r^u;
  ///   step r^(k/n) on the k-th of n + 1 equal stretches, k = 0..n.
  /// From step T on as at T-1.
  double factor(std::size_t t, std::size_t horizon) const;
};

/// "cosine to 0.01 after a warm-up of 0.1"; empty where it is flat.
std::string schedule_text(const RateSchedule& schedule);

/// The rule with its rate scheduled over `horizon` steps; where the schedule is flat, the rule itself.
template <class Real>
std::unique_ptr<Optimizer<Real>> scheduled(std::unique_ptr<Optimizer<Real>> rule,
                                           const RateSchedule& schedule, std::size_t horizon);

}  // namespace l2l
