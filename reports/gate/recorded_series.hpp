// What really happened on a machine, for the gate's self-test to draw its noise from.
#pragma once

#include <span>
#include <string_view>

namespace l2l::reports {

/// One benchmark's times, a new process each, in the order they were measured: ln(time / median).
struct RecordedTimes {
  std::string_view name;
  std::span<const float> log_times;
};
std::span<const RecordedTimes> recorded_times();

/// ln of the ratio of the losses of one seed under two trainings of phi that differ in the sixth digit of the
/// meta learning rate, less the mean over seeds: what is left is noise of seeds. Of final losses, and of mean
/// losses.
std::span<const float> recorded_final_ratios();
std::span<const float> recorded_mean_ratios();

}  // namespace l2l::reports
