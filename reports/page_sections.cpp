#include "reports/page_sections.hpp"

#include <fmt/format.h>

#include "reports/format.hpp"

namespace l2l::reports {

std::string figures_section(const std::string& heading, const std::vector<FigurePage>& figures) {
  if (figures.empty()) return "";
  std::string text = fmt::format("## {}\n\n", heading);
  for (const FigurePage& page : figures) {
    const std::string path = fmt::format("{}/{}", kFigures, page.chart.name);
    const std::string title = markdown_text(page.chart.title.empty() ? page.chart.name : page.chart.title);
    text += fmt::format("![{}]({}.png)\n\n*{}* ([SVG]({}.svg), [PDF]({}.pdf))\n\n", title, path,
                        markdown_text(page.caption), path, path);
  }
  return text;
}

std::string meta_training_section(const std::vector<MetaTraining>& meta_trainings) {
  if (meta_trainings.empty()) return "";
  std::string text = "## Meta-training\n\n";
  text +=
      "| Optimizer | Trained on | Learning rate | Epochs | Selected epoch | Validation loss | Time "
      "|\n";
  text += "|---|---|---:|---:|---:|---:|---:|\n";
  for (const MetaTraining& training : meta_trainings) {
    const auto selected = static_cast<std::size_t>(training.selected_epoch);
    const bool known = selected >= 1 && selected <= training.validation_losses.size();
    text += fmt::format(
        "| {} | {} | {} | {} | {} | {} | {} |\n",
        markdown_text(training.label.empty() ? training.optimizer : training.label),
        markdown_text(training.optimizee_label.empty() ? training.optimizee : training.optimizee_label),
        setting_text(training.learning_rate), training.validation_losses.size(),
        known ? fmt::format("{}", selected) : "–",
        known ? significant(training.validation_losses[selected - 1], 4) : "–",
        training.seconds > 0 ? duration_text(training.seconds) : "–");
  }
  return text + "\n";
}

}  // namespace l2l::reports
