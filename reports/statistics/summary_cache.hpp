// Summaries of curves, computed once for all tables and figures.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "reports/statistics/statistics.hpp"

namespace l2l::reports {

/// Keeps the summaries of the curves it is asked for, by their address: the curves must outlive it.
class SummaryCache {
 public:
  /// See summarize_steps, at kReportConfidence.
  const std::vector<Summary>& steps(const Curve& curve, bool normalise = false) {
    const auto [entry, added] = summaries_.try_emplace({&curve, normalise});
    if (added) entry->second = summarize_steps(curve, kReportConfidence, normalise);
    return entry->second;
  }

 private:
  std::map<std::pair<const Curve*, bool>, std::vector<Summary>> summaries_;
};

}  // namespace l2l::reports
