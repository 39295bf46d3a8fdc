// Ticks and ranges of axes.
#pragma once

#include <vector>

#include "reports/charts/chart.hpp"

namespace l2l::reports {

/// Ticks of an axis with about `most` labels, fewer where they would be crowded. A linear axis has them at 1,
/// 2 or 5 times a power of ten. A logarithmic one has 1, 2, 3, 5 or 1, 2, 5 per decade where there is room,
/// else powers of ten; minor ticks between; a range too narrow for its logarithm to show gets linear ticks.
/// @pre low < high, and both positive where log
std::vector<Tick> axis_ticks(double low, double high, bool log, int most);

/// A range with some air around the values. @pre low <= high, and both positive where log
void widen(double& low, double& high, bool log);

}  // namespace l2l::reports
