// The speed gate: times of two builds, measured in turn (docs/gate.md).
#pragma once

#include <string>
#include <vector>

#include "reports/gate/outcome.hpp"

namespace l2l::reports {

struct SpeedSettings {
  double false_alarms = 0.01;  ///< q of Benjamini-Hochberg over the benchmarks
  double minimum = 0.03;       ///< smallest slowdown that is a regression
  bool intervals = true;       ///< false: none are computed, and none makes a comparison inconclusive
};

/// One benchmark: a time a round of each. `control` is the baseline once more: A against A.
struct SpeedSeries {
  std::string name;
  std::vector<double> baseline, control, candidate;
};

/// Instructions of one run, which no noise moves; 0: not counted.
struct InstructionCount {
  std::string name;
  double baseline = 0, candidate = 0;
};

/// The Hodges-Lehmann estimate: the median of the means of all pairs (each with itself too). Half of the
/// values would not move it much, and it wastes little where there are no outliers. NaN for none.
double pseudo_median(std::vector<double> values);

/// What a series says: the slowdown (pseudo-median of the paired log ratios) and one-sided p of "slower".
struct SpeedTest {
  double effect = 0;  ///< 0.05: 5 % slower
  double p = 1;
};
SpeedTest test_slower(const std::vector<double>& baseline, const std::vector<double>& candidate);

/// Slower: q <= false_alarms and a slowdown of `minimum`. Where A against A is slower or faster in this
/// sense, or the intervals are wider than the minimum, the machine was too noisy and nothing is concluded
/// from times; a count of instructions that grew by `minimum` is a regression all the same.
GateOutcome compare_speed(const std::vector<SpeedSeries>& series, const std::vector<InstructionCount>& counts,
                          const SpeedSettings& settings);

}  // namespace l2l::reports
