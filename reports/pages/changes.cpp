#include "reports/pages/changes.hpp"

#include <fmt/format.h>

namespace l2l::reports {

std::string Changes::sentence() const {
  if (shared_results == 0) return fmt::format("This run shares no result with {}.", since);
  std::string text = fmt::format("Since {} ", since);
  if (shared_claims > 0) text += fmt::format("{} of {} verdicts and ", claims.rows.size(), shared_claims);
  return text + fmt::format("{} of {} results changed.", results.rows.size(), shared_results);
}

Changes changes_since(const NamedRun& earlier, const ReportInput& now) {
  const std::vector<NamedRun> runs = {earlier, {"this run", now}};
  Changes changes;
  changes.since = earlier.name;
  Table claims = claims_side_by_side(runs);
  changes.claims.columns = claims.columns;
  changes.claims.columns.pop_back();  // "Changed": all of them
  for (std::vector<Cell>& row : claims.rows) {
    const std::string before = row[1].text(), after = row[2].text();
    if (before == kNoCounterpart || after == kNoCounterpart) continue;
    ++changes.shared_claims;
    if (row.back().mark.empty()) continue;
    row.pop_back();
    changes.claims.rows.push_back(std::move(row));
  }
  for (SharedPoint& point : results_side_by_side(runs)) {
    if (changes.results.columns.empty()) {
      changes.results.columns = point.table.columns;
      changes.results.columns.insert(changes.results.columns.begin(), {"Where"});
    }
    for (std::vector<Cell>& row : point.table.rows) {
      ++changes.shared_results;
      if (row.back().text() == kSameBits) continue;
      row.insert(row.begin(), point.title);
      changes.results.rows.push_back(std::move(row));
    }
  }
  return changes;
}

}  // namespace l2l::reports
