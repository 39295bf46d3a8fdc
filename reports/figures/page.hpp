// A figure of a report.
#pragma once

#include <string>
#include <vector>

#include "reports/charts/chart.hpp"

namespace l2l::reports {

/// A chart with what a page says about it.
struct FigurePage {
  Chart chart;
  std::string caption;
  std::vector<std::string> experiments = {};  ///< that it shows
  int first_step = 0, last_step = 0;          ///< that it shows mean losses of; none where last < first
};

}  // namespace l2l::reports
