// Summaries of curves, computed once for all tables and figures.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

struct Curve;

/// Keeps the summaries of the curves it is asked for, by their address: the curves must outlive it.
class SummaryCache {
 public:
  /// See summarize_steps, at kReportConfidence.
  const std::vector<Summary>& steps(const Curve& curve, bool normalise = false);

 private:
  std::map<std::pair<const Curve*, bool>, std::vector<Summary>> summaries_;
};

}  // namespace l2l::reports
