#include "reports/pages/html_page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/charts/json.hpp"
#include "reports/pages/budget_table.hpp"
#include "reports/pages/html_document.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/pages/provenance.hpp"
#include "reports/results/report_input.hpp"
#include "reports/text/html.hpp"

namespace l2l::reports {
namespace {

std::string paragraph(const std::string& text, const char* class_name = "") {
  if (text.empty()) return "";
  return fmt::format("<p{}>{}</p>\n", *class_name == '\0' ? "" : fmt::format(" class=\"{}\"", class_name),
                     html_text(text));
}

struct Tile {
  std::string count, what, target, tone;
};

/// A section with a heading that the navigation lists.
struct Section {
  std::string id, title, content;
};

std::string tile(const Tile& tile) {
  const std::string inside = fmt::format("<b>{}</b>{}", html_text(tile.count), html_text(tile.what));
  return fmt::format("<li class=\"{}\">{}</li>\n", tile.tone,
                     tile.target.empty() ? fmt::format("<span class=\"tile\">{}</span>", inside)
                                         : fmt::format("<a href=\"#{}\">{}</a>", tile.target, inside));
}

std::string tiles(const HtmlReport& report, std::size_t diverged) {
  static constexpr std::pair<Verdict, const char*> kTones[] = {{Verdict::reproduced, "good"},
                                                               {Verdict::contradicted, "bad"},
                                                               {Verdict::inconclusive, "open"},
                                                               {Verdict::not_run, "none"}};
  std::string text = "<ul class=\"tiles\">\n";
  for (const auto& [verdict, tone] : kTones) {
    const auto count = std::count_if(report.verdicts.begin(), report.verdicts.end(),
                                     [v = verdict](const ClaimVerdict& one) { return one.verdict == v; });
    if (report.verdicts.empty()) continue;
    text += tile({fmt::format("{}", count),
                  fmt::format("{} {}", count == 1 ? "claim" : "claims", to_string(verdict)), "claims",
                  count == 0 ? "none" : tone});
  }
  const std::size_t failed = report.input.failures.size();
  text += tile({fmt::format("{}", failed), failed == 1 ? "job failed" : "jobs failed",
                failed > 0 ? "failures" : "", failed > 0 ? "bad" : "none"});
  text += tile({fmt::format("{}", diverged),
                diverged == 1 ? "curve with diverged seeds" : "curves with diverged seeds",
                diverged > 0 ? "diverged" : "", diverged > 0 ? "open" : "none"});
  if (report.changes) {
    const auto add = [&](std::size_t changed, std::size_t shared, const char* one, const char* many) {
      if (shared > 0)
        text += tile({fmt::format("{}", changed), changed == 1 ? one : many, "changes",
                      changed > 0 ? "open" : "none"});
    };
    add(report.changes->claims.rows.size(), report.changes->shared_claims, "verdict changed",
        "verdicts changed");
    add(report.changes->results.rows.size(), report.changes->shared_results, "result changed",
        "results changed");
  }
  return text + "</ul>\n";
}

std::string changes(const std::optional<Changes>& changes) {
  if (!changes) return "";
  std::string text = paragraph(changes->sentence());
  for (const Table* table : {&changes->claims, &changes->results})
    if (!table->empty()) text += html_table(*table);
  return text;
}

std::string notes(const HtmlReport& report) {
  std::string text;
  for (const auto* list : {&report.input.notes, &report.warnings})
    for (const std::string& note : *list) text += paragraph("⚠ " + note);
  return text.empty() ? "" : "<div class=\"notes\">\n" + text + "</div>\n";
}

std::string figure(const HtmlFigure& figure) {
  const Chart& chart = figure.page->chart;
  const std::string title = chart.title.empty() ? chart.name : chart.title;
  std::string text = fmt::format("<figure id=\"figure-{}\"{}>\n<h3>{}</h3>\n", html_text(chart.name),
                                 chart.panels.size() == 1 ? " class=\"single\"" : "", html_text(title));
  const bool interactive = !is_heat_map(chart);  // a heat map has its values in its cells
  if (interactive) text += "<div class=\"interactive\" hidden></div>\n";
  if (!figure.svg.empty()) {
    text += fmt::format("<img alt=\"{}\" src=\"data:image/svg+xml;base64,{}\">\n", html_text(title),
                        base64(figure.svg));
  }
  if (interactive)
    text += fmt::format("<script type=\"application/json\">{}</script>\n", script_json(chart_json(chart)));
  text += fmt::format("<figcaption>{}", html_text(figure.page->caption));
  if (!figure.svg.empty()) {
    const std::string path = html_text("figures/" + chart.name);
    text += fmt::format(
        " Beside this page: <a href=\"{0}.svg\">SVG</a>, <a href=\"{0}.pdf\">PDF</a>, <a "
        "href=\"{0}.png\">PNG</a>.",
        path);
  }
  return text + "</figcaption>\n</figure>\n";
}

std::string figures(const std::vector<HtmlFigure>& all) {
  std::string text;
  for (const HtmlFigure& one : all) text += figure(one);
  return text;
}

std::string claims(const std::vector<ClaimVerdict>& verdicts) {
  if (verdicts.empty()) return "";
  return html_table(claims_table(verdicts), "cards") + paragraph(claims_caption(verdicts), "faint");
}

std::string results(const std::vector<ExperimentTables>& experiments) {
  if (experiments.empty()) return "";
  std::string text = paragraph(
      "Mean loss ± standard error over seeds, the best of each step in bold. An optimizer's name leads to "
      "the jobs behind its numbers.",
      "faint");
  text += paragraph(replicas_note(experiments), "faint");
  for (const ExperimentTables& experiment : experiments) {
    text += fmt::format("<h3>{}</h3>\n", html_text(experiment.title));
    const bool fold = !experiment.overview.empty();
    if (fold) {
      text += html_table(experiment.overview);
      text += fmt::format("<details class=\"long\">\n<summary>All steps of the {} points</summary>\n",
                          experiment.points.size());
    }
    for (const PointTable& point : experiment.points) {
      if (!point.title.empty()) text += fmt::format("<h4>{}</h4>\n", html_text(point.title));
      text += html_table(point.table);
    }
    if (fold) text += "</details>\n";
    for (const std::string& warning : experiment.warnings)
      text += "<div class=\"notes\">\n" + paragraph("⚠ " + warning) + "</div>\n";
  }
  return text;
}

std::string costs(const std::vector<CostTables>& experiments) {
  if (experiments.empty()) return "";
  std::string text;
  bool equal = false;
  for (const CostTables& experiment : experiments) {
    text += fmt::format("<h3>{}</h3>\n", html_text(experiment.title));
    if (experiment.folded) text += "<details class=\"long\">\n<summary>Costs of all points</summary>\n";
    for (const Table* table : {&experiment.steps, &experiment.equal})
      if (!table->empty()) text += html_table(*table);
    if (experiment.folded) text += "</details>\n";
    equal = equal || !experiment.equal.empty();
  }
  return text + paragraph(kStepCostCaption, "faint") + paragraph(equal ? kEqualCostCaption : "", "faint");
}

std::string sources(const ReportInput& input) {
  const SourceTable table = source_table(input.experiments, input.meta_trainings);
  if (table.table.empty()) return "";
  std::string text =
      paragraph(fmt::format("Suite: {}. A result is a pure function of its key; these are the keys behind "
                            "every curve, table and claim, with the "
                            "seeds each has computed. This computes one of them once more and compares every "
                            "bit (RUN is the run's directory, "
                            "runs/{} unless it was put elsewhere; a key's first characters are enough):",
                            input.suite_name, input.suite_name));
  text += "<pre>./l2lbench verify RUN --job KEY</pre>\n";
  text += fmt::format("<details class=\"long\">\n<summary>All {} jobs</summary>\n", table.table.rows.size());
  return text + html_table(table.table, "", table.ids) + "</details>\n";
}

std::string manifest(const ReportInput& input) {
  if (input.manifest.empty()) return "";
  std::string text = "<div class=\"scroll\"><table>\n<tbody>\n";
  for (const auto& [name, value] : input.manifest)
    text += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"text\">{}</td></tr>\n", html_text(name),
                        html_text(value));
  return text + "</tbody>\n</table></div>\n";
}

}  // namespace

std::string html_page(const HtmlReport& report) {
  const ReportInput& input = report.input;
  const std::vector<Divergence> diverged = divergences(input.experiments);
  const Table budgets = budget_table(input.experiments);
  const std::string title = input.title.empty() ? input.suite_name : input.title;
  std::vector<Section> sections = {
      {"changes", "What changed", changes(report.changes)},
      {"claims", "Claims", claims(report.verdicts)},
      {"failures", "Failed jobs", input.failures.empty() ? "" : html_table(failure_table(input.failures))},
      {"figures", "Figures", figures(report.figures)},
      {"results", "Results", results(report.results)},
      {"diverged", "Diverged",
       diverged.empty() ? ""
                        : paragraph("Seeds whose loss is no number or beyond 1e10 from some step on. They "
                                    "count as diverged in every table; they are not dropped.",
                                    "faint") +
                              html_table(divergence_table(diverged))},
      {"costs", "Cost of a step", costs(report.costs)},
      {"budgets", "Budgets", budgets.empty() ? "" : html_table(budgets) + paragraph(kBudgetCaption, "faint")},
      {"meta-training", "Meta-training",
       input.meta_trainings.empty() ? "" : html_table(meta_training_table(input.meta_trainings))},
      {"background", "Training and tuning", figures(report.background)},
      {"sources", "Where the numbers come from", sources(input)},
      {"repeat", "How to repeat",
       input.command.empty() ? "" : "<pre>" + html_text(input.command) + "</pre>\n"},
      {"machine", "Where it ran", manifest(input)},
  };
  std::string body = fmt::format("<header>\n<h1>{}</h1>\n", html_text(title));
  body += paragraph(input.description) + paragraph(input.setting, "faint") + "</header>\n<main>\n";
  body += tiles(report, diverged.size()) + notes(report) + "<nav>\n";
  for (const Section& section : sections) {
    if (!section.content.empty()) body += fmt::format("<a href=\"#{}\">{}</a>\n", section.id, section.title);
  }
  body += "</nav>\n";
  for (const Section& section : sections) {
    if (!section.content.empty())
      body += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id, section.title,
                          section.content);
  }
  return html_document(title, body + "</main>\n");
}

}  // namespace l2l::reports
