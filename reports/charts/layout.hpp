// Sizes and places of everything in a figure.
#pragma once

#include <cstddef>

#include "reports/charts/chart.hpp"

namespace l2l::reports {

inline constexpr double kFontSize = 12;  ///< px, for the screen

/// Where everything is, in px from the lower left corner.
struct Layout {
  bool paper = false;
  double font = kFontSize;
  std::size_t columns = 1, rows = 1;
  double panel_width = 0, panel_height = 0;
  double left = 72, right = 22, gap_x = 36, gap_y = 62, top = 34, bottom = 48;
  double width = 0, height = 0;
  bool legend_below = false;
  std::size_t legend_columns = 1, legend_lines = 0;
  double legend_cell = 0;  ///< width of an entry

  /// A length that grows with the letters, given for the screen.
  double u(double px) const { return px * font / kFontSize; }
  double line() const { return u(paper ? 17 : 20); }  ///< of the legend
  double x(std::size_t panel) const {
    return left + static_cast<double>(panel % columns) * (panel_width + gap_x);
  }
  double y(std::size_t panel) const {
    return height - top - panel_height - static_cast<double>(panel / columns) * (panel_height + gap_y);
  }
};

Layout chart_layout(const Chart& chart, FigureStyle style);

}  // namespace l2l::reports
