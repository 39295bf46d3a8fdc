// The lines of the terminal display, as text: no terminal needed to test them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/run/executor.hpp"

namespace l2l {

/// At most `width` columns of UTF-8 text, cut with "…".
std::string fit(const std::string& text, std::size_t width);
/// "━━━━━━────"
std::string fraction_bar(double fraction, std::size_t width);
/// "12/240 jobs · 1 failed · 0:42 · about 3:10 to go"
std::string totals_line(const RunProgress& now);
/// One line per running job (the longest-running first, at most `rows`), then the totals.
std::vector<std::string> progress_lines(const RunProgress& now, std::size_t width, std::size_t rows);

}  // namespace l2l
