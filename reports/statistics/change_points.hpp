// Where a series of nightly results changed its level.
#pragma once

#include <cstddef>
#include <vector>

namespace l2l::reports {

inline constexpr std::size_t kShortestSegment = 3;  ///< nights that a change must last

/// First indices of the segments of the best segmentation but the first: sum over segments of |x - median| /
/// scale plus a penalty per change, minimised exactly (dynamic programming; O(n^2) segments). A segment holds
/// kShortestSegment values at least, and medians do not follow a single value: a spike is no change. The
/// scale is that of the differences between neighbours, `floor` at least; infinite and NaN values must have
/// been replaced before.
/// @param floor  deviations of this size are nothing, even where all else is constant
std::vector<std::size_t> change_points(const std::vector<double>& values, double floor);

}  // namespace l2l::reports
