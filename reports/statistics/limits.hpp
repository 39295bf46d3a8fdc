// The values of a double that are no number of results.
#pragma once

#include <limits>

namespace l2l::reports {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace l2l::reports
