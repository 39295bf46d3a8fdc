// The report of a run: one folder with report.md, report.html, report.json, LaTeX, CSV files and figures.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reports/charts/chart.hpp"
#include "reports/charts/style.hpp"
#include "reports/claims/verdicts.hpp"
#include "reports/pages/changes.hpp"

namespace l2l::reports {

/// Whether every loss of every seed goes into a file: most of the bytes of a report.
enum class Trajectories { never, when_small, always };
inline constexpr std::uint64_t kSmallTrajectories = 10'000'000;  ///< bytes

struct ReportOptions {
  bool figures = true;                                   ///< false: tables only
  Trajectories trajectories = Trajectories::when_small;  ///< trajectories.csv
  bool other_formats = true;                             ///< report.html, report.json, table.tex, figures.tex
  std::string gnuplot = "gnuplot";                       ///< program that draws them, found on PATH
  std::optional<NamedRun> since;  ///< an earlier run: the report says what changed since
  FigureStyle style = FigureStyle::screen;
  Palette palette = Palette::paper;
};

struct Report {
  std::filesystem::path page;  ///< report.md
  std::filesystem::path html;  ///< report.html; empty without other formats
  std::vector<ClaimVerdict> verdicts;
  std::vector<std::string> warnings;  ///< why figures are missing; also on the page
};

/// Writes into `folder` (created where missing): report.md, report.html, report.json (docs/report-format.md),
/// table.tex, figures.tex, trajectories.csv (as asked for), summary.csv, tuning.csv, budget.csv,
/// step_cost.csv, equal_cost.csv, meta_training.csv, claims.csv, comparisons.csv, and in figures/ each figure
/// as SVG, PDF, PNG and the gnuplot script that draws it. Works on unfinished runs; without gnuplot
/// everything but the figures is there. Throws Error{environment} where a file cannot be written.
Report write_report(const ReportInput& input, const std::filesystem::path& folder,
                    const ReportOptions& options = {});

/// "runs/quick/report/report.md, for a browser runs/quick/report/report.html"
std::string pages_text(const Report& report);

/// A table of the claims for a terminal, verdict first, with the counts below; empty where there are none.
std::string closing_summary(const std::vector<ClaimVerdict>& verdicts);

}  // namespace l2l::reports
