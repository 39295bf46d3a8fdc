// A figure as plain data: panels of series over shared axes. figures.hpp makes charts from results,
// gnuplot_script.hpp draws them.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace l2l::reports {

struct Style {
  std::string color = "#222222";  ///< #rrggbb
  std::string dash;               ///< gnuplot dash pattern, "" is solid
  double width = 1.5;             ///< px
  int marker = 7;                 ///< gnuplot point type
};

/// x, the value, and its interval (low = high = y where there is none). y = +inf leaves the frame at the top.
struct ChartPoint {
  double x = 0;
  double y = 0;
  double low = 0;
  double high = 0;
};

/// Of lines of more points one in every line_stride() is drawn, and the last: more cannot be told apart, and
/// makes files of megabytes.
inline constexpr std::size_t kMostLinePoints = 2000;
inline std::size_t line_stride(std::size_t points) {
  return (points + kMostLinePoints - 1) / kMostLinePoints;
}
inline std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points) {
  const std::size_t stride = line_stride(points.size());
  if (stride <= 1) return points;
  std::vector<ChartPoint> kept;
  for (std::size_t i = 0; i < points.size(); i += stride) kept.push_back(points[i]);
  if ((points.size() - 1) % stride != 0) kept.push_back(points.back());
  return kept;
}

enum class Drawing {
  line,     ///< a curve with its band
  markers,  ///< points with error bars; those at +inf become open triangles at the top edge
  spot,     ///< points without error bars, to mark something on a curve
  rule,     ///< a thin vertical line at each x
};

struct Series {
  std::string label;  ///< of the legend; series with equal labels share an entry, "" has none
  Style style;
  Drawing drawing = Drawing::line;
  std::vector<ChartPoint> points;
};

/// A unit square of a heat map around (x, y), and the value that its colour tells.
struct HeatCell {
  double x = 0, y = 0;
  double value = 0;
};

struct Panel {
  std::string title;
  double x_low = 0, x_high = 1;
  std::vector<Series> series;                             ///< later ones are drawn on top
  std::vector<HeatCell> cells = {};                       ///< of a heat map, in place of series
  std::optional<std::pair<double, double>> y_range = {};  ///< in place of the chart's
  std::string note = {};                                  ///< written across it: why there is nothing to see
};

struct Tick {
  double at = 0;
  std::string label;  ///< "" for a minor tick
  bool minor = false;
};

/// What colours of cells tell.
struct ColorScale {
  std::string label;
  double low = 0, high = 1;
  bool log = false;
};

struct Chart {
  std::string name;  ///< of its files
  std::string title;
  std::string x_label, y_label;
  bool log_x = false, log_y = true;
  double y_low = 0, y_high = 1;  ///< of all panels
  std::vector<Tick> x_ticks;     ///< empty: chosen by the panel's range
  std::vector<Tick> y_ticks;     ///< likewise
  /// Points of different lines stand at different x: a page tells at x the last value before it.
  bool lines_differ_in_x = false;
  ColorScale colors;  ///< of cells
  std::vector<Panel> panels;
  std::vector<std::string> legend;  ///< labels in the order of the legend
  std::optional<int> columns;       ///< of a printed page, 1 or 2; none: 1 for a single panel
};

/// Whether it is drawn in cells rather than series.
inline bool is_heat_map(const Chart& chart) {
  return !chart.panels.empty() && !chart.panels.front().cells.empty();
}

/// Where a figure is looked at: `screen` is roomy, `paper` has the widths of one or two columns of a printed
/// page (84 and 175 mm) and 8 pt letters.
enum class FigureStyle { screen, paper };

}  // namespace l2l::reports
