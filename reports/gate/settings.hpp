// What the quality gate counts as worse; `gate:` of a suite.
#pragma once

namespace l2l::reports {

/// What a comparison counts as worse. Shares: 0.02 is 2 %.
struct GateSettings {
  double false_alarms = 0.01;  ///< q of Benjamini-Hochberg: of a whole comparison in which nothing changed
  double final_loss = 0.02;    ///< smallest change of the geometric mean that is a regression
  double mean_loss = 0.02;
  double steps_to_target = 0.05;
  double diverged_share = 0.02;  ///< of all seeds, absolute
  double retrained = 0.10;       ///< in place of the first three where phi was trained anew with other bits
};

}  // namespace l2l::reports
