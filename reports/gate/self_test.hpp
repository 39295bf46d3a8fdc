// How often the gate is wrong: simulated comparisons with the noise of recorded ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace l2l::reports {

struct SelfTestRow {
  std::string gate;    ///< "speed", "quality"
  std::string noise;   ///< "independent", "10 % drift between blocks", "2 % outliers"
  std::string change;  ///< "none", "5 % slower", "2 % worse"
  int comparisons = 0;
  double alarms = 0;  ///< share with the verdict regression: false ones where nothing changed, else the power
  double inconclusive = 0;  ///< share with the verdict inconclusive
};

/// Goal: of alarms where nothing changed, under each noise.
inline constexpr double kMostFalseAlarms = 0.01;

/// Speed: sessions of six benchmarks and 24 rounds, drawn from recorded times; a change slows one of the six.
/// Quality: eight cells of 64 seeds, four metrics each, losses of a cell drawn from recorded ratios; a change
/// worsens one cell.
///   independent  every measurement draws its own deviation
///   drift        and the machine is 10 % slower in every other block, of 3 to 30 measurements; quality: phi
///   of every
///                cell was trained anew and every cell moves by up to 10 % to either side
///   outliers     and of 2 % of the measurements the time is 2 to 10 times longer; quality: 2 % of the seeds
///   of either
///                run end at 2 to 100 times the loss, or diverge
/// Same rows for the same arguments, on every machine and number of threads.
/// @param comparisons  where nothing changed; a quarter of it where something did
std::vector<SelfTestRow> gate_self_test(int comparisons, std::uint64_t seed);

std::string self_test_markdown(const std::vector<SelfTestRow>& rows);
/// Whether all false alarms are within the goal.
bool within_goal(const std::vector<SelfTestRow>& rows);

}  // namespace l2l::reports
