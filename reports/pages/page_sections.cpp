#include "reports/pages/page_sections.hpp"

#include <fmt/format.h>

#include "reports/text/format.hpp"

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

}  // namespace l2l::reports
