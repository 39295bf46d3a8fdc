// report.html: the whole report in one file that needs nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/claims/verdicts.hpp"
#include "reports/figures/page.hpp"
#include "reports/pages/changes.hpp"
#include "reports/pages/cost_tables.hpp"
#include "reports/pages/results_tables.hpp"

namespace l2l::reports {

struct ReportInput;

/// A figure with its static picture, for print and for readers without JavaScript.
struct HtmlFigure {
  const FigurePage* page = nullptr;
  std::string svg;  ///< empty: it could not be drawn
};

struct HtmlReport {
  const ReportInput& input;
  const std::vector<ClaimVerdict>& verdicts;
  const std::vector<ExperimentTables>& results;
  const std::vector<CostTables>& costs;
  const std::vector<HtmlFigure>& figures;     ///< that the suite asks for
  const std::vector<HtmlFigure>& background;  ///< of meta-training and tuning
  const std::vector<std::string>& warnings;
  const std::optional<Changes>& changes;  ///< since an earlier run
};

/// The page. Same report, same bytes: it holds no dates of its own and no paths.
/// Its content security policy allows nothing from outside and no script but its own.
std::string html_page(const HtmlReport& report);

}  // namespace l2l::reports
