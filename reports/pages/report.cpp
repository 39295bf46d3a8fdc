#include "reports/pages/report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/files.hpp"
#include "core/utf8.hpp"
#include "reports/charts/gnuplot.hpp"
#include "reports/charts/gnuplot_script.hpp"
#include "reports/claims/claims.hpp"
#include "reports/figures/figures.hpp"
#include "reports/pages/cost_tables.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/pages/html_page.hpp"
#include "reports/pages/json_report.hpp"
#include "reports/pages/latex.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/results/report_input.hpp"
#include "reports/text/format.hpp"

namespace l2l::reports {
namespace {

/// Figures, and their SVG; empty where gnuplot could not draw it.
struct DrawnFigures {
  std::vector<FigurePage> pages;
  std::vector<HtmlFigure> html;

  /// Those that could be drawn.
  std::vector<FigurePage> drawn() const {
    std::vector<FigurePage> found;
    for (const HtmlFigure& figure : html) {
      if (!figure.svg.empty()) found.push_back(*figure.page);
    }
    return found;
  }
};

constexpr const char* kTrajectories = "trajectories.csv";

/// At most so many characters of a label fit beside a figure; tables have them whole.
constexpr std::size_t kMostLabelCharacters = 48;

void shorten(std::string& label) {
  label = valid_utf8(label);
  const std::size_t kept = first_characters(label, kMostLabelCharacters).size();
  if (kept < label.size()) label = label.substr(0, kept) + "…";
}

/// The same label is shortened to the same text everywhere, so series still find their entry of the legend.
void shorten_labels(Chart& chart) {
  shorten(chart.title);
  for (std::string& label : chart.legend) shorten(label);
  for (Panel& panel : chart.panels) {
    shorten(panel.title);
    for (Series& series : panel.series) shorten(series.label);
  }
}

DrawnFigures draw(std::vector<FigurePage> pages, const std::filesystem::path& folder,
                  const ReportOptions& options, std::vector<std::string>& warnings) {
  DrawnFigures figures{std::move(pages), {}};
  for (FigurePage& page : figures.pages) {
    shorten_labels(page.chart);
    figures.html.push_back({&page, ""});
    const std::string script = page.chart.name + ".gp";
    write_file_atomically(folder / script, gnuplot_script(page.chart, options.style));
    const GnuplotResult result = run_gnuplot(folder, script, options.gnuplot);
    if (result.status == GnuplotResult::Status::done) {
      figures.html.back().svg = read_file(folder / (page.chart.name + ".svg"));
      continue;
    }
    const bool missing = result.status == GnuplotResult::Status::missing;
    std::string warning =
        missing ? "No figures: gnuplot is not installed (apt-get install gnuplot-nox, then `l2lbench report` "
                  "again)."
                : fmt::format("Figure {} could not be drawn: {}", page.chart.name, result.message);
    if (warnings.empty() || warnings.back() != warning) warnings.push_back(std::move(warning));
  }
  return figures;
}

std::string claims_text(std::size_t count) {
  return fmt::format("{} {}", count, count == 1 ? "claim" : "claims");
}

std::string page_head(const ReportInput& input, const std::vector<ClaimVerdict>& verdicts,
                      const std::vector<std::string>& warnings) {
  std::string text =
      fmt::format("# {}\n\n", markdown_text(input.title.empty() ? input.suite_name : input.title));
  text += markdown_paragraphs(input.description);
  if (!verdicts.empty()) {
    text += fmt::format("Of {}: {}.\n\n", claims_text(verdicts.size()), verdict_counts(verdicts));
  }
  text += markdown_paragraphs(input.setting);
  std::vector<std::string> notes = input.notes;
  notes.insert(notes.end(), warnings.begin(), warnings.end());
  for (const std::string& note : notes) text += fmt::format("> ⚠ {}\n>\n", markdown_text(note));
  return notes.empty() ? text : text + "\n";
}

std::string changes_section(const Changes& changes) {
  std::string text = "## What changed\n\n" + markdown_paragraphs(changes.sentence());
  for (const Table* table : {&changes.claims, &changes.results})
    if (!table->empty()) text += markdown_table(*table) + "\n";
  return text;
}

std::string page_tail(const ReportInput& input, const ReportOptions& options, bool has_trajectories) {
  std::string text = "## Files\n\n";
  if (options.other_formats)
    text +=
        "[report.html](report.html) is this report with figures that tell their values and tables that sort, "
        "in "
        "one file; [report.json](report.json) is all of it for programs; [table.tex](table.tex) and "
        "[figures.tex](figures.tex) are for `\\input` into a paper.\n\n";
  text += "| File | One record per |\n|---|---|\n";
  text +=
      "| [summary.csv](summary.csv) | optimizer and step: mean, standard error, 95 % interval, median, "
      "diverged seeds |\n";
  if (has_trajectories)
    text += "| [trajectories.csv](trajectories.csv) | optimizer, seed and step: the loss |\n";
  text +=
      "| [claims.csv](claims.csv), [comparisons.csv](comparisons.csv) | claim; claim and other optimizer |\n";
  text += "| [tuning.csv](tuning.csv) | baseline and learning rate of its grid, or trial |\n";
  text += "| [budget.csv](budget.csv) | optimizer: evaluations spent before it was evaluated |\n";
  text +=
      "| [step_cost.csv](step_cost.csv) | optimizer: gradients, FLOP and seconds of a step |\n"
      "| [equal_cost.csv](equal_cost.csv) | baseline and learned optimizer: the loss at equal FLOP, and at "
      "equal "
      "time |\n";
  text += "| [meta_training.csv](meta_training.csv) | epoch of meta-training |\n\n";
  if (!has_trajectories && options.trajectories == Trajectories::when_small)
    text +=
        "Every loss of every seed would be more than 10 MB of CSV: `l2lbench report RUN --trajectories` "
        "writes "
        "`trajectories.csv`.\n\n";
  if (!input.command.empty()) text += "## How to repeat\n\n" + markdown_code(input.command, "sh") + "\n";
  if (!input.manifest.empty()) {
    text += "## Where it ran\n\n| | |\n|---|---|\n";
    for (const auto& [name, value] : input.manifest) {
      text += fmt::format("| {} | {} |\n", markdown_text(name), markdown_text(value));
    }
    text += "\n";
  }
  return text;
}

/// The figure that shows a claim: the first one of its experiment that shows its step, else the first one of
/// its experiment.
std::string figure_of(const Claim& claim, const std::vector<FigurePage>& pages) {
  const auto shows = [&](const FigurePage& page) {
    return std::count(page.experiments.begin(), page.experiments.end(), claim.experiment) > 0;
  };
  auto found = std::find_if(pages.begin(), pages.end(), [&](const FigurePage& page) {
    return shows(page) && page.first_step <= claim.step && claim.step <= page.last_step;
  });
  if (found == pages.end()) found = std::find_if(pages.begin(), pages.end(), shows);
  return found == pages.end() ? "" : found->chart.name;
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t letters = count_characters(text);
  return text + std::string(letters < width ? width - letters : 0, ' ');
}

}  // namespace

Report write_report(const ReportInput& input, const std::filesystem::path& folder,
                    const ReportOptions& options) {
  create_folders(options.figures ? folder / kFigures : folder);
  Report report;
  report.page = folder / "report.md";
  report.verdicts = judge(input);
  const StyleBook styles(input.experiments, options.palette);
  SummaryCache cache;

  const bool has_trajectories =
      options.trajectories != Trajectories::never &&
      write_trajectories(input.experiments, folder / kTrajectories,
                         options.trajectories == Trajectories::always ? UINT64_MAX : kSmallTrajectories);
  if (!has_trajectories) std::filesystem::remove(folder / kTrajectories);  // an earlier report's
  write_file_atomically(folder / "summary.csv", summary_csv(input.experiments, cache));
  write_file_atomically(folder / "tuning.csv", tuning_csv(input.experiments));
  write_file_atomically(folder / "budget.csv", budget_csv(input.experiments));
  write_file_atomically(folder / "step_cost.csv", step_cost_csv(input.experiments));
  write_file_atomically(folder / "equal_cost.csv", equal_cost_csv(input.experiments, cache));
  write_file_atomically(folder / "meta_training.csv", meta_training_csv(input.meta_trainings));

  DrawnFigures main_figures, background;
  if (options.figures) {
    main_figures = draw(suite_figures(input, styles, cache), folder / kFigures, options, report.warnings);
    std::vector<FigurePage> automatic = meta_training_figures(input.meta_trainings);
    std::vector<FigurePage> tuning = tuning_figures(input.experiments, styles);
    std::move(tuning.begin(), tuning.end(), std::back_inserter(automatic));
    background = draw(std::move(automatic), folder / kFigures, options, report.warnings);
  }
  const std::vector<FigurePage> main_drawn = main_figures.drawn(), background_drawn = background.drawn();
  for (ClaimVerdict& verdict : report.verdicts) verdict.figure = figure_of(verdict.claim, main_drawn);
  write_file_atomically(folder / "claims.csv", claims_csv(report.verdicts));
  write_file_atomically(folder / "comparisons.csv", comparisons_csv(report.verdicts));
  const std::vector<ExperimentTables> results = results_tables(input.experiments, styles, cache);
  std::optional<Changes> changes;
  if (options.since) changes = changes_since(*options.since, input);
  std::string page = page_head(input, report.verdicts, report.warnings);
  if (changes) page += changes_section(*changes);
  page += claims_section(report.verdicts);
  page += figures_section("Figures", main_drawn);
  page += results_section(results);
  const std::vector<CostTables> costs = cost_tables(input.experiments, cache);
  page += cost_section(costs);
  page += budget_section(input.experiments);
  page += meta_training_section(input.meta_trainings);
  page += figures_section("Training and tuning", background_drawn);
  page += page_tail(input, options, has_trajectories);
  if (options.other_formats) {
    std::vector<FigurePage> drawn = main_drawn;
    drawn.insert(drawn.end(), background_drawn.begin(), background_drawn.end());
    write_file_atomically(folder / "report.json", json_report(input, report.verdicts, drawn, cache, changes));
    write_file_atomically(folder / "table.tex",
                          latex_tables(input.suite_name, claims_table(report.verdicts), results));
    write_file_atomically(folder / "figures.tex", latex_figures(input.suite_name, drawn, kFigures));
    report.html = folder / "report.html";
    write_file_atomically(report.html, html_page({input, report.verdicts, results, costs, main_figures.html,
                                                  background.html, report.warnings, changes}));
  }
  write_file_atomically(report.page, page);
  return report;
}

std::string pages_text(const Report& report) {
  const std::string page = report.page.string();
  return report.html.empty() ? page : fmt::format("{}, for a browser {}", page, report.html.string());
}

std::string closing_summary(const std::vector<ClaimVerdict>& verdicts) {
  if (verdicts.empty()) return "";
  std::size_t longest = 0;
  for (const ClaimVerdict& verdict : verdicts) longest = std::max(longest, verdict.claim.id.size());
  std::string text;
  for (const ClaimVerdict& verdict : verdicts) {
    const PointVerdict& point = verdict.decisive();
    const std::string measured = point.measured ? mean_and_interval(*point.measured) : "–";
    text += fmt::format("{}  {}  {}  {}\n", padded(to_string(verdict.verdict), 12),
                        padded(verdict.claim.id, longest), padded(measured, 28), verdict.reason);
  }
  std::string counts = verdict_counts(verdicts);
  counts.erase(std::remove(counts.begin(), counts.end(), '*'), counts.end());
  return text + fmt::format("{}: {}\n", claims_text(verdicts.size()), counts);
}

}  // namespace l2l::reports
