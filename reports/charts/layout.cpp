#include "reports/charts/layout.hpp"

#include <algorithm>
#include <array>

#include "core/utf8.hpp"

namespace l2l::reports {
namespace {

constexpr double kPaperFontSize = 8 / 0.75;    // 8 pt
constexpr double kOneColumn = 84 / 25.4 * 96;  // px of 84 mm
constexpr double kTwoColumns = 175 / 25.4 * 96;
constexpr double kColorBar = 76;  // to the right of a heat map: the bar, its numbers and its label

/// By the mean width of a letter.
double text_width(const std::string& text, double font) {
  return 0.58 * font * static_cast<double>(count_characters(text));
}

void place_legend_below(const Chart& chart, double room, Layout& layout) {
  layout.legend_below = true;
  if (chart.legend.empty()) return;
  const std::size_t count = chart.legend.size();
  const std::size_t fit = std::max<std::size_t>(1, static_cast<std::size_t>(room / layout.legend_cell));
  layout.legend_lines = (count + fit - 1) / fit;
  layout.legend_columns = (count + layout.legend_lines - 1) / layout.legend_lines;
  layout.bottom += layout.line() * static_cast<double>(layout.legend_lines) + layout.u(6);
}

}  // namespace

Layout chart_layout(const Chart& chart, FigureStyle style) {
  static constexpr std::array<std::array<double, 2>, 4> kPanelSizes = {
      {{430, 290}, {300, 230}, {236, 200}, {200, 180}}};
  Layout layout;
  layout.paper = style == FigureStyle::paper;
  if (layout.paper) layout.font = kPaperFontSize;
  const std::size_t count = chart.panels.size();
  const bool own_ranges = std::any_of(chart.panels.begin(), chart.panels.end(),
                                      [](const Panel& panel) { return panel.y_range.has_value(); });
  const bool panel_titles = std::any_of(chart.panels.begin(), chart.panels.end(),
                                        [](const Panel& panel) { return !panel.title.empty(); });
  for (const std::string& label : chart.legend)
    layout.legend_cell = std::max(layout.legend_cell, text_width(label, layout.font));
  layout.legend_cell += layout.u(layout.paper ? 58 : 64);
  layout.gap_x = own_ranges ? 62 : 36;
  if (layout.paper) {
    const int page_columns = chart.columns.value_or(count > 1 ? 2 : 1);
    layout.left = layout.u(58);
    layout.right = layout.u(16 + (is_heat_map(chart) ? kColorBar : 0));
    layout.gap_x = layout.u(own_ranges ? 50 : 36);
    layout.gap_y = layout.u(54);
    layout.top = layout.u(10 + (chart.title.empty() || panel_titles ? 0 : 22) + (panel_titles ? 20 : 0));
    layout.bottom = layout.u(47);
    layout.width = page_columns == 1 ? kOneColumn : kTwoColumns;
    layout.columns = page_columns == 1 ? 1 : (count == 2 || count == 4 ? 2 : std::min<std::size_t>(count, 3));
    const double panels = layout.width - layout.left - layout.right;
    const double gaps = static_cast<double>(layout.columns - 1) * layout.gap_x;
    layout.panel_width = (panels - gaps) / static_cast<double>(layout.columns);
    layout.panel_height = layout.panel_width * (layout.columns == 1 && page_columns == 2 ? 0.5 : 0.72);
    place_legend_below(chart, layout.width - layout.u(16), layout);
  } else {
    layout.columns = count <= 4 ? count : (count % 4 == 0 || count > 9 ? 4 : 3);
    layout.panel_width = kPanelSizes[layout.columns - 1][0];
    layout.panel_height = kPanelSizes[layout.columns - 1][1];
    layout.top = 12 + (chart.title.empty() ? 0 : 28) + (panel_titles ? 22 : 0);
    const double panels =
        static_cast<double>(layout.columns) * (layout.panel_width + layout.gap_x) - layout.gap_x;
    if (is_heat_map(chart))
      layout.right += kColorBar;
    else if (layout.columns > 2)
      place_legend_below(chart, panels, layout);
    else
      layout.right += layout.legend_cell;
    layout.width = layout.left + panels + layout.right;
  }
  layout.rows = (count + layout.columns - 1) / layout.columns;
  layout.height = layout.top + layout.bottom +
                  static_cast<double>(layout.rows) * (layout.panel_height + layout.gap_y) - layout.gap_y;
  return layout;
}

}  // namespace l2l::reports
