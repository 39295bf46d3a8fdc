// Tables and figures for \input into a paper. Needs booktabs and graphicx; any engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/figures/page.hpp"
#include "reports/pages/results_tables.hpp"
#include "reports/text/table.hpp"

namespace l2l::reports {

/// Text as LaTeX that typesets exactly it: specials escaped, no ligatures, one line. Latin letters stay
/// (UTF-8 is LaTeX's default), the signs and Greek letters of our reports become mathematics; what else
/// pdfLaTeX has no glyph for is written as its code point, "[U+1F642]".
std::string latex_text(std::string_view text);

/// A tabular in booktabs style. @param wide  columns whose text wraps, as a share of the line: {1, 0.3}
std::string latex_tabular(const Table& table, const std::vector<std::pair<std::size_t, double>>& wide = {});

/// table.tex: a float per table: claims, then the results of every experiment (the overview of a large
/// sweep).
std::string latex_tables(const std::string& suite, const Table& claims,
                         const std::vector<ExperimentTables>& experiments);

/// figures.tex: a float per figure with its PDF, whose path begins with \reportpath (empty where the document
/// does not define it).
std::string latex_figures(const std::string& suite, const std::vector<FigurePage>& figures,
                          const std::string& folder);

}  // namespace l2l::reports
