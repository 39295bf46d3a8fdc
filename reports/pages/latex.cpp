#include "reports/pages/latex.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace l2l::reports {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr std::array<Replacement, 37> kSigns = {{{"±", "\\ensuremath{\\pm}"},
                                                 {"−", "\\ensuremath{-}"},
                                                 {"≤", "\\ensuremath{\\le}"},
                                                 {"≥", "\\ensuremath{\\ge}"},
                                                 {"∞", "\\ensuremath{\\infty}"},
                                                 {"×", "\\ensuremath{\\times}"},
                                                 {"·", "\\ensuremath{\\cdot}"},
                                                 {"∇", "\\ensuremath{\\nabla}"},
                                                 {"→", "\\ensuremath{\\rightarrow}"},
                                                 {"–", "--"},
                                                 {"—", "---"},
                                                 {"…", "\\ldots{}"},
                                                 {"⚠", "(!)"},
                                                 {"\xC2\xA0", "~"},
                                                 {"α", "\\ensuremath{\\alpha}"},
                                                 {"β", "\\ensuremath{\\beta}"},
                                                 {"γ", "\\ensuremath{\\gamma}"},
                                                 {"δ", "\\ensuremath{\\delta}"},
                                                 {"ε", "\\ensuremath{\\varepsilon}"},
                                                 {"ζ", "\\ensuremath{\\zeta}"},
                                                 {"η", "\\ensuremath{\\eta}"},
                                                 {"θ", "\\ensuremath{\\theta}"},
                                                 {"ι", "\\ensuremath{\\iota}"},
                                                 {"κ", "\\ensuremath{\\kappa}"},
                                                 {"λ", "\\ensuremath{\\lambda}"},
                                                 {"μ", "\\ensuremath{\\mu}"},
                                                 {"ν", "\\ensuremath{\\nu}"},
                                                 {"ξ", "\\ensuremath{\\xi}"},
                                                 {"π", "\\ensuremath{\\pi}"},
                                                 {"ρ", "\\ensuremath{\\rho}"},
                                                 {"σ", "\\ensuremath{\\sigma}"},
                                                 {"τ", "\\ensuremath{\\tau}"},
                                                 {"υ", "\\ensuremath{\\upsilon}"},
                                                 {"φ", "\\ensuremath{\\varphi}"},
                                                 {"χ", "\\ensuremath{\\chi}"},
                                                 {"ψ", "\\ensuremath{\\psi}"},
                                                 {"ω", "\\ensuremath{\\omega}"}}};

/// @param next  the character after it, or 0
std::string ascii(char c, char next) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '^':
      return "\\textasciicircum{}";
    case '~':
      return "\\textasciitilde{}";
    case '<':
      return "\\textless{}";
    case '>':
      return "\\textgreater{}";
    case '|':
      return "\\textbar{}";
    case '{':
    case '}':
    case '$':
    case '&':
    case '#':
    case '%':
    case '_':
      return {'\\', c};
    case '`':
    case '\'':
    case '-':
    case ',':  // two of them are one sign
      return next == c ? std::string{c, '{', '}'} : std::string(1, c);
    default:
      return static_cast<unsigned char>(c) < 0x20U || c == 0x7F ? " " : std::string(1, c);
  }
}

std::string beyond_ascii(std::string_view sequence) {
  const auto* sign = std::find_if(kSigns.begin(), kSigns.end(),
                                  [&](const Replacement& known) { return known.first == sequence; });
  if (sign != kSigns.end()) return std::string(sign->second);
  const std::uint32_t point = code_point(sequence);
  const bool latin = (point >= 0xC0 && point <= 0x17E && point != 0xD7 && point != 0xF7) && point != 0x138 &&
                     point != 0x149 && point != 0x166 && point != 0x167;  // these have no glyph in T1
  return latin ? std::string(sequence) : fmt::format("[U+{:04X}]", point);
}

std::string cell_text(const Cell& cell) {
  std::string text;
  for (const Span& span : cell.spans) {
    const std::string piece = latex_text(span.text);
    text += span.strong ? fmt::format("\\textbf{{{}}}", piece) : piece;
  }
  // after the \\ of the row before, these would be its argument
  return text.starts_with('[') || text.starts_with('*') ? fmt::format("{{}}{}", text) : text;
}

std::string table_float(const std::string& tabular, const std::string& caption, const std::string& label) {
  return fmt::format(
      "\\begin{{table}}\n\\centering\\small\n\\caption{{{}}}\n\\label{{tab:{}}}\n{}\\end{{table}}\n\n",
      latex_text(caption), label, tabular);
}

}  // namespace

std::string latex_text(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string result;
  for (std::size_t i = 0; i < valid.size();) {
    const std::size_t length = utf8_length(std::string_view(valid).substr(i));
    const char next = i + 1 < valid.size() ? valid[i + 1] : '\0';
    result += length == 1 ? ascii(valid[i], next) : beyond_ascii(std::string_view(valid).substr(i, length));
    i += length;
  }
  return result;
}

std::string latex_tabular(const Table& table, const std::vector<std::pair<std::size_t, double>>& wide) {
  std::string columns, header;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto share =
        std::find_if(wide.begin(), wide.end(), [&](const auto& one) { return one.first == c; });
    columns += share != wide.end()       ? fmt::format("p{{{:g}\\linewidth}}", share->second)
               : table.columns[c].number ? "r"
                                         : "l";
    header += fmt::format("{}{}", c == 0 ? "" : " & ", latex_text(table.columns[c].title));
  }
  std::string text =
      fmt::format("\\begin{{tabular}}{{{}}}\n\\toprule\n{} \\\\\n\\midrule\n", columns, header);
  for (const std::vector<Cell>& row : table.rows) {
    L2L_CHECK(row.size() == table.columns.size(), "cells={} columns={}", row.size(), table.columns.size());
    for (std::size_t c = 0; c < row.size(); ++c)
      text += fmt::format("{}{}", c == 0 ? "" : " & ", cell_text(row[c]));
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string latex_tables(const std::string& suite, const Table& claims,
                         const std::vector<ExperimentTables>& experiments) {
  std::string text = "% \\usepackage{booktabs}, then \\input this file.\n\n";
  if (!claims.empty()) {
    text += table_float(latex_tabular(claims, {{1, 0.26}, {2, 0.16}, {3, 0.16}, {4, 0.14}}),
                        "Claims and verdicts.", suite + "-claims");
  }
  for (const ExperimentTables& experiment : experiments) {
    const std::string label = fmt::format("{}-{}", suite, experiment.name);
    if (!experiment.overview.empty()) {
      text += table_float(latex_tabular(experiment.overview), experiment.title + ".", label);
      continue;
    }
    for (std::size_t i = 0; i < experiment.points.size(); ++i) {
      const PointTable& point = experiment.points[i];
      const std::string title =
          point.title.empty() ? experiment.title : experiment.title + ": " + point.title;
      text += table_float(latex_tabular(point.table), title + ". Mean loss ± standard error over seeds.",
                          experiment.points.size() == 1 ? label : fmt::format("{}-{}", label, i + 1));
    }
  }
  return text;
}

std::string latex_figures(const std::string& suite, const std::vector<FigurePage>& figures,
                          const std::string& folder) {
  std::string text =
      "% \\usepackage{graphicx}, say where this folder is, \\newcommand{\\reportpath}{runs/NAME/report/},\n"
      "% then \\input this file.\n\\providecommand{\\reportpath}{}\n\n";
  for (const FigurePage& page : figures) {
    const std::string title = page.chart.title.empty() ? page.chart.name : page.chart.title;
    text += fmt::format(
        "\\begin{{figure}}\n\\centering\n\\includegraphics[width=\\linewidth]{{\\reportpath {}/{}.pdf}}\n"
        "\\caption{{{}. {}}}\n\\label{{fig:{}-{}}}\n\\end{{figure}}\n\n",
        folder, page.chart.name, latex_text(title), latex_text(page.caption), suite, page.chart.name);
  }
  return text;
}

}  // namespace l2l::reports
