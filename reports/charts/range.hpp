// The y range of a chart, robust against divergence.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "reports/charts/ticks.hpp"

namespace l2l::reports {

/// Collects values; the range holds all finite ones up to the cap (without a cap: all).
class ChartRange {
 public:
  void add(double value) {
    if (!std::isfinite(value)) return;
    low_ = std::min(low_, value);
    if (value > 0) low_positive_ = std::min(low_positive_, value);
    high_ = std::max(high_, value);
  }
  /// The cap is the largest of those given.
  void raise_cap(double value) {
    if (std::isfinite(value)) cap_ = std::max(cap_, value);
  }
  /// [low, high] with a margin; [0.1, 1] where there is nothing to show.
  std::pair<double, double> with_air(bool log) const {
    double low = log ? low_positive_ : low_;
    if (!std::isfinite(low) || !std::isfinite(high_) || (log && high_ <= 0)) return {0.1, 1};
    double high = cap_ > low ? std::min(high_, cap_) : high_;
    widen(low, high, log);
    return {low, high};
  }

 private:
  double low_ = std::numeric_limits<double>::infinity();
  double low_positive_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
  double cap_ = -std::numeric_limits<double>::infinity();
};

}  // namespace l2l::reports
