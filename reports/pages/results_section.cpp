#include <fmt/format.h>

#include "reports/pages/budget_table.hpp"
#include "reports/pages/page_sections.hpp"
#include "reports/text/format.hpp"

namespace l2l::reports {

std::string results_section(const std::vector<ExperimentTables>& experiments) {
  if (experiments.empty()) return "";
  std::string text =
      "## Results\n\nMean loss ± standard error over seeds, the best of each step in bold.\n\n";
  text += markdown_paragraphs(replicas_note(experiments));
  for (const ExperimentTables& experiment : experiments) {
    text += fmt::format("### {}\n\n", markdown_text(experiment.title));
    const bool fold = !experiment.overview.empty();
    if (fold) {
      text += markdown_table(experiment.overview) + "\n";
      text += fmt::format("<details>\n<summary>All steps of the {} points</summary>\n\n",
                          experiment.points.size());
    }
    for (const PointTable& point : experiment.points) {
      if (!point.title.empty()) text += fmt::format("**{}**\n\n", markdown_text(point.title));
      text += markdown_table(point.table) + "\n";
    }
    if (fold) text += "</details>\n\n";
    for (const std::string& warning : experiment.warnings)
      text += fmt::format("> ⚠ {}\n\n", markdown_text(warning));
  }
  return text;
}

std::string cost_section(const std::vector<CostTables>& experiments) {
  if (experiments.empty()) return "";
  std::string text = "## Cost of a step\n\n";
  bool equal = false;
  for (const CostTables& experiment : experiments) {
    text += fmt::format("### {}\n\n", markdown_text(experiment.title));
    if (experiment.folded) text += "<details>\n<summary>Costs of all points</summary>\n\n";
    for (const Table* table : {&experiment.steps, &experiment.equal})
      if (!table->empty()) text += markdown_table(*table) + "\n";
    if (experiment.folded) text += "</details>\n\n";
    equal = equal || !experiment.equal.empty();
  }
  text += fmt::format("{}\n\n", kStepCostCaption);
  if (equal) text += fmt::format("{}\n\n", kEqualCostCaption);
  return text;
}

std::string budget_section(const std::vector<Experiment>& experiments) {
  const Table table = budget_table(experiments);
  if (table.empty()) return "";
  return fmt::format("## Budgets\n\n{}\n{}\n\n", markdown_table(table), kBudgetCaption);
}

std::string meta_training_section(const std::vector<MetaTraining>& meta_trainings) {
  if (meta_trainings.empty()) return "";
  return "## Meta-training\n\n" + markdown_table(meta_training_table(meta_trainings)) + "\n";
}

}  // namespace l2l::reports
