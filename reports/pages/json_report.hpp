// report.json: everything a report says, for programs. Fields: docs/report-format.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/claims/verdicts.hpp"
#include "reports/figures/page.hpp"
#include "reports/pages/changes.hpp"
#include "reports/statistics/summary_cache.hpp"

namespace l2l::reports {

struct ReportInput;

/// Of report.json and of the columns of the CSV files. A field or column that is added leaves it; one that is
/// renamed, removed or gets another meaning raises it.
inline constexpr int kReportFormatVersion = 1;

/// Two spaces of indentation, fields in the documented order. JSON has neither NaN nor infinity: both are
/// null, and the number of diverged seeds beside it tells which. Text that is no UTF-8 is repaired.
std::string json_report(const ReportInput& input, const std::vector<ClaimVerdict>& verdicts,
                        const std::vector<FigurePage>& figures, SummaryCache& cache,
                        const std::optional<Changes>& changes);

}  // namespace l2l::reports
