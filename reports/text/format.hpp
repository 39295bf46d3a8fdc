// Numbers and text as a page shows them; independent of the locale.
#pragma once

#include <string>
#include <string_view>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

/// `digits` significant digits, plain where that is readable, else like 1.2e-07; "diverged" for +inf, "–" for
/// NaN.
std::string significant(double value, int digits = 3);

/// Rounded to the place that gives `error` two significant digits; three significant digits where the error
/// is zero or unknown.
std::string rounded_to(double value, double error);

/// "0.2830 ± 0.0018"; the mean alone where there is no error; "diverged (3 of 64; median 0.31)".
std::string mean_and_error(const Summary& summary);

/// "[0.279, 0.287]" to the precision of the standard error; "diverged", or "–" where there is none.
std::string interval_text(const Summary& summary);

/// "0.283 [0.279, 0.287]"; "diverged (3 of 64)".
std::string mean_and_interval(const Summary& summary);

/// Its two halves: "0.283", "diverged"; "[0.279, 0.287]", "(3 of 64)".
std::string mean_text(const Summary& summary);
std::string spread_text(const Summary& summary);

/// A setting somebody chose, up to four significant digits and no more than it needs: "0.1".
std::string setting_text(double value);

/// Text as a piece of a Markdown line (a table cell too) that shows exactly it: one line, and nothing in it
/// is markup, HTML, an entity or mathematics.
std::string markdown_text(const std::string& text);

/// Text of several lines as Markdown paragraphs (blank lines separate them), each followed by a blank line.
std::string markdown_paragraphs(const std::string& text);

/// A fenced block of code that ends where it should, whatever the code holds.
std::string markdown_code(const std::string& code, const std::string& language);

/// "2 h 05 min", "3 min 20 s", "12 s"
std::string duration_text(double seconds);

}  // namespace l2l::reports
