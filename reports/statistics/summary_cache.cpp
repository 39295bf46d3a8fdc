#include "reports/statistics/summary_cache.hpp"

#include "reports/statistics/statistics.hpp"

namespace l2l::reports {

const std::vector<Summary>& SummaryCache::steps(const Curve& curve, bool normalise) {
  const auto [entry, added] = summaries_.try_emplace({&curve, normalise});
  if (added) entry->second = summarize_steps(curve, kReportConfidence, normalise);
  return entry->second;
}

}  // namespace l2l::reports
