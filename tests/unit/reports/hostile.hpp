// A run whose every free text tries to break out of the format it is written in.
#pragma once

#include <string>
#include <vector>

#include "reports/results/report_input.hpp"

namespace l2l::reports {

/// Markup, quotes, line breaks, control characters, bytes that are no UTF-8, right-to-left and very long
/// text, formulas of spreadsheets, commands of LaTeX.
const std::vector<std::string>& hostile_texts();

/// synthetic_run() with titles, labels, statements, sources, messages, axis values and the manifest taken
/// from hostile_texts(), each of them used. Names, which the suite restricts to a-z, 0-9 and "-", stay.
ReportInput hostile_run();

}  // namespace l2l::reports
