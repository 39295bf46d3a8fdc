// What report.html holds besides its data, as CMake found it: see page_assets.cpp.in.
#pragma once

#include <string_view>

namespace l2l::reports {

extern const std::string_view kDygraphsScript;  ///< the chart library, minified
extern const std::string_view kDygraphsStyle;
extern const std::string_view kDygraphsLicence;
extern const std::string_view kPageScript;  ///< reports/pages/html/report.js
extern const std::string_view kPageStyle;   ///< reports/pages/html/report.css

}  // namespace l2l::reports
