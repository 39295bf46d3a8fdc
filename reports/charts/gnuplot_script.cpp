#include "reports/charts/gnuplot_script.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "reports/charts/layout.hpp"
#include "reports/charts/style.hpp"
#include "reports/charts/ticks.hpp"
#include "reports/text/csv.hpp"
#include "reports/text/format.hpp"

namespace l2l::reports {
namespace {

class Script {
 public:
  Script(const Chart& chart, FigureStyle style) : chart_(chart), layout_(chart_layout(chart, style)) {}

  std::string write() {
    line("# Redraw: gnuplot -d {}.gp", chart_.name);
    line("set encoding utf8");
    data();
    const double w = layout_.width, h = layout_.height;
    std::string identifier = chart_.name;  // of elements of the SVG, so that several fit into one page
    std::replace_if(
        identifier.begin(), identifier.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    const std::string common = fmt::format("noenhanced font 'sans-serif,{:.4g}'", layout_.font);
    body(fmt::format("svg size {:.0f},{:.0f} dynamic {} name '{}' background '#ffffff'", w, h, common,
                     identifier),
         "svg");
    // 1 px is 0.75 pt; the factors make letters, lines and dashes as large in the PDF as they are in the SVG,
    // and `zoom` times as large in the PNG
    const double zoom = layout_.paper ? 3 : 2;
    body(fmt::format("pdfcairo size {:.4f}in,{:.4f}in {} fontscale 0.5625 linewidth 1.5 dashlength 2 "
                     "pointscale 1.15 rounded",
                     w / 96, h / 96, common),
         "pdf");
    body(fmt::format("pngcairo size {:.0f},{:.0f} {} fontscale {} linewidth {} dashlength 2 pointscale {} "
                     "rounded background '#ffffff'",
                     zoom * w, zoom * h, common, 0.75 * zoom, zoom, zoom),
         "png");
    return std::move(text_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  /// In single quotes gnuplot takes everything as it is, but the quote itself: a typographic one is used,
  /// since a doubled one at the start confuses it. Only what XML may hold, on one line.
  static std::string quoted(const std::string& text) {
    std::string result = "'";
    const std::string valid = valid_utf8(text);
    for (std::string_view rest = valid; !rest.empty(); rest.remove_prefix(utf8_length(rest))) {
      const std::string_view character = rest.substr(0, utf8_length(rest));
      const std::uint32_t point = code_point(character);
      if (character == "'") {
        result += "’";
      } else if (character == ">" && result.ends_with("]]")) {  // gnuplot's SVG would not be XML
        result += " >";
      } else if (point < 0x20 || point == 0x7F) {
        result += ' ';
      } else {
        result += point == 0xFFFE || point == 0xFFFF ? "\xEF\xBF\xBD" : character;
      }
    }
    return result + "'";
  }

  std::string screen_x(double px) const { return fmt::format("{:.5f}", px / layout_.width); }
  std::string screen_y(double px) const { return fmt::format("{:.5f}", px / layout_.height); }

  /// Values far outside the frame (divergence, zero on a logarithmic axis) as ones just as far as needed.
  double clamped(double value, const Panel& panel) const {
    const auto [y_low, y_high] = y_range(panel);
    const double span = y_high - y_low;
    return std::clamp(value, chart_.log_y ? y_low * 1e-3 : y_low - 10 * span,
                      chart_.log_y ? y_high * 1e3 : y_high + 10 * span);
  }

  std::pair<double, double> y_range(const Panel& panel) const {
    return panel.y_range.value_or(std::pair(chart_.y_low, chart_.y_high));
  }

  void data() {
    for (std::size_t p = 0; p < chart_.panels.size(); ++p) {
      const Panel& panel = chart_.panels[p];
      for (std::size_t s = 0; s < panel.series.size(); ++s) {
        line("$p{}s{} << EOD", p, s);
        for (const ChartPoint& point : panel.series[s].points) {
          line("{} {} {} {}", number_text(point.x), number_text(clamped(point.y, panel)),
               number_text(clamped(point.low, panel)), number_text(clamped(point.high, panel)));
        }
        line("EOD");
      }
    }
  }

  void body(const std::string& terminal, const char* extension) {
    line("reset");
    line("set terminal {}", terminal);
    line("set output {}", quoted(chart_.name + "." + extension));
    line("set multiplot");
    line("set border 3 lc rgb '#444444' lw 1");
    line("set tics nomirror out scale 0.55,0.3 textcolor rgb '#222222'");
    line("set clip two");
    line("set errorbars 0");
    line("unset key");
    if (!chart_.title.empty() && shows_title()) {
      line("set label 1 {} at screen {},{} center font ',{}' tc rgb '#111111'", quoted(chart_.title),
           screen_x(layout_.left + (layout_.width - layout_.left - layout_.right) / 2),
           screen_y(layout_.height - layout_.u(layout_.paper ? 14 : 20)),
           fmt::format("{:.4g}", layout_.font + layout_.u(layout_.paper ? 1 : 2)));
    }
    legend();
    if (is_heat_map(chart_)) color_bar();
    for (std::size_t p = 0; p < chart_.panels.size(); ++p) panel(p);
    line("unset multiplot");
    line("unset output");
  }

  /// In print a caption says it, where the panels have titles of their own.
  bool shows_title() const {
    return !layout_.paper || std::all_of(chart_.panels.begin(), chart_.panels.end(),
                                         [](const Panel& panel) { return panel.title.empty(); });
  }

  const Series* legend_series(const std::string& label) const {
    for (const Panel& panel : chart_.panels) {
      for (const Series& series : panel.series) {
        if (series.label == label) return &series;
      }
    }
    return nullptr;
  }

  /// Drawn with the first panel, in px of the whole figure.
  void legend() {
    for (std::size_t i = 0; i < chart_.legend.size(); ++i) {
      const Series* series = legend_series(chart_.legend[i]);
      L2L_CHECK(series != nullptr, "no series labelled {}", chart_.legend[i]);
      double x = layout_.width - layout_.right + 26,
             y = layout_.y(0) + layout_.panel_height - 8 - layout_.line() * static_cast<double>(i);
      if (layout_.legend_below) {
        const double total = static_cast<double>(layout_.legend_columns) * layout_.legend_cell;
        const double middle = layout_.paper
                                  ? layout_.width / 2
                                  : layout_.left + (layout_.width - layout_.left - layout_.right) / 2;
        x = middle - total / 2 + static_cast<double>(i % layout_.legend_columns) * layout_.legend_cell +
            layout_.u(8);
        y = layout_.u(8) + layout_.line() * (static_cast<double>(layout_.legend_lines) - 0.5 -
                                             static_cast<double>(i / layout_.legend_columns));
      }
      const Style& style = series->style;
      if (series->drawing == Drawing::line) {
        line("set arrow from screen {},{} to screen {},{} nohead lw {} dt {} lc rgb '{}'", screen_x(x),
             screen_y(y), screen_x(x + layout_.u(28)), screen_y(y), lines(style.width), dash(style),
             style.color);
      } else {
        line("set label '' at screen {},{} point pt {} ps 0.8 lc rgb '{}'", screen_x(x + layout_.u(14)),
             screen_y(y), style.marker, style.color);
      }
      line("set label {} at screen {},{} left tc rgb '#222222'", quoted(chart_.legend[i]),
           screen_x(x + layout_.u(34)), screen_y(y));
    }
  }

  /// The width of a line on the medium.
  double lines(double width) const { return layout_.paper ? 0.7 * width : width; }
  static std::string dash(const Style& style) { return style.dash.empty() ? "solid" : style.dash; }

  void ticks(const char* axis, const std::vector<Tick>& ticks, bool labelled) {
    std::vector<std::string> items;
    for (const Tick& tick : ticks) {
      items.push_back(fmt::format("{} {} {}", quoted(labelled ? tick.label : ""), number_text(tick.at),
                                  tick.minor ? 1 : 0));
    }
    line("set {}tics ({})", axis, fmt::join(items, ", "));
  }

  void panel(std::size_t index) {
    const Panel& panel = chart_.panels[index];
    const auto [y_low, y_high] = y_range(panel);
    const double x = layout_.x(index), y = layout_.y(index);
    line("set lmargin at screen {}", screen_x(x));
    line("set rmargin at screen {}", screen_x(x + layout_.panel_width));
    line("set bmargin at screen {}", screen_y(y));
    line("set tmargin at screen {}", screen_y(y + layout_.panel_height));
    line("set title {} offset 0,-0.4 tc rgb '#111111'", quoted(panel.title));
    line("{} logscale x", chart_.log_x ? "set" : "unset");
    line("{} logscale y", chart_.log_y ? "set" : "unset");
    line("set xrange [{}:{}]", number_text(panel.x_low), number_text(panel.x_high));
    line("set yrange [{}:{}]", number_text(y_low), number_text(y_high));
    const int x_most = static_cast<int>(layout_.panel_width / layout_.u(42)),
              y_most = static_cast<int>(layout_.panel_height / layout_.u(34));
    ticks("x",
          !chart_.x_ticks.empty() ? chart_.x_ticks
                                  : axis_ticks(panel.x_low, panel.x_high, chart_.log_x, x_most),
          true);
    const bool first = index % layout_.columns == 0, last = index + layout_.columns >= chart_.panels.size();
    ticks("y", !chart_.y_ticks.empty() ? chart_.y_ticks : axis_ticks(y_low, y_high, chart_.log_y, y_most),
          first || panel.y_range.has_value());
    line("set xlabel {} offset 0,0.3 tc rgb '#222222'", quoted(last ? chart_.x_label : ""));
    if (first) {
      line("set label {} at screen {},{} center rotate by 90 tc rgb '#222222'", quoted(chart_.y_label),
           screen_x(layout_.u(layout_.paper ? 10 : 18)), screen_y(y + layout_.panel_height / 2));
    }
    if (!panel.note.empty()) {
      line("set label {} at screen {},{} center tc rgb '#666666'", quoted(panel.note),
           screen_x(x + layout_.panel_width / 2), screen_y(y + layout_.panel_height / 2));
    }
    cells(panel);
    std::vector<std::string> plots;
    for (std::size_t s = 0; s < panel.series.size(); ++s) {
      if (const std::string text = band(index, s); !text.empty()) plots.push_back(text);
    }
    for (std::size_t s = 0; s < panel.series.size(); ++s) plots.push_back(drawn(index, s));
    if (plots.empty()) plots.push_back("NaN");
    line("plot {}", fmt::join(plots, ", \\\n     "));
    line("unset label\nunset arrow");
    if (is_heat_map(chart_)) line("unset object");
  }

  /// Where on the scale of colours a value is, in [0, 1].
  double color_share(double value) const {
    const ColorScale& colors = chart_.colors;
    const auto place = [&](double x) { return colors.log ? std::log(x) : x; };
    return std::clamp((place(value) - place(colors.low)) / (place(colors.high) - place(colors.low)), 0.0,
                      1.0);
  }

  static std::string cell_text(const HeatCell& cell) {
    return std::isfinite(cell.value) ? significant(cell.value) : "∞";
  }

  /// Of letters that fit into the cells, the same in all panels.
  double cell_font() const {
    double font = layout_.font;
    for (const Panel& panel : chart_.panels) {
      const double width = layout_.panel_width / (panel.x_high - panel.x_low);
      const double height = layout_.panel_height / (chart_.y_high - chart_.y_low);
      for (const HeatCell& cell : panel.cells)
        font = std::min(
            {font, 0.85 * width / (0.62 * static_cast<double>(cell_text(cell).size())), 0.7 * height});
    }
    return font;
  }

  /// Coloured squares with their values; grey where the loss diverged.
  void cells(const Panel& panel) {
    const double font = panel.cells.empty() ? 0 : cell_font();
    for (const HeatCell& cell : panel.cells) {
      const std::string color =
          std::isfinite(cell.value) ? sequential_color(color_share(cell.value)) : "#b8b8b8";
      line("set object rectangle from {},{} to {},{} fc rgb '{}' fs solid noborder",
           number_text(cell.x - 0.5), number_text(cell.y - 0.5), number_text(cell.x + 0.5),
           number_text(cell.y + 0.5), color);
      line("set label {} at {},{} center front tc rgb '{}' font ',{:.4g}'", quoted(cell_text(cell)),
           number_text(cell.x), number_text(cell.y), text_color_on(color), font);
    }
  }

  /// Drawn with the first panel, beside the upper row.
  void color_bar() {
    constexpr int kSlices = 64;
    const double x = layout_.width - layout_.right + layout_.u(20), y = layout_.y(0);
    const auto height = [&](double share) { return y + share * layout_.panel_height; };
    for (int slice = 0; slice < kSlices; ++slice) {
      // each up to the top, where the next one covers it: slices that only touch show seams
      const double low = static_cast<double>(slice) / kSlices;
      line("set object rectangle from screen {},{} to screen {},{} fc rgb '{}' fs solid noborder",
           screen_x(x), screen_y(height(low)), screen_x(x + layout_.u(12)), screen_y(height(1)),
           sequential_color(low + 0.5 / kSlices));
    }
    const ColorScale& colors = chart_.colors;
    for (const Tick& tick : axis_ticks(colors.low, colors.high, colors.log, 6)) {
      if (tick.label.empty()) continue;
      line("set label {} at screen {},{} left tc rgb '#222222'", quoted(tick.label),
           screen_x(x + layout_.u(17)), screen_y(height(color_share(tick.at))));
    }
    line("set label {} at screen {},{} center rotate by 90 tc rgb '#222222'", quoted(colors.label),
         screen_x(layout_.width - layout_.u(12)), screen_y(height(0.5)));
  }

  /// The band of a curve up to its divergence, or empty: gnuplot fills wildly beyond the frame.
  std::string band(std::size_t p, std::size_t s) const {
    const Series& series = chart_.panels[p].series[s];
    const auto end = std::find_if(series.points.begin(), series.points.end(),
                                  [](const ChartPoint& point) { return !std::isfinite(point.y); });
    const bool any = std::any_of(series.points.begin(), end,
                                 [](const ChartPoint& point) { return point.low < point.high; });
    if (series.drawing != Drawing::line || !any) return "";
    return fmt::format(
        "$p{}s{} using 1:3:4 every ::0::{} with filledcurves fc rgb '{}' fs transparent solid 0.16 noborder",
        p, s, end - series.points.begin() - 1, series.style.color);
  }

  std::string drawn(std::size_t p, std::size_t s) const {
    const Series& series = chart_.panels[p].series[s];
    const Style& style = series.style;
    const auto [y_low, y_high] = y_range(chart_.panels[p]);
    switch (series.drawing) {
      case Drawing::line:
        return fmt::format("$p{}s{} using 1:2 with lines lw {} dt {} lc rgb '{}'", p, s, lines(style.width),
                           dash(style), style.color);
      case Drawing::markers: {
        // open triangles just below the top edge for what lies above it
        const double edge =
            chart_.log_y ? y_high / std::pow(y_high / y_low, 0.03) : y_high - 0.03 * (y_high - y_low);
        return fmt::format(
            "$p{0}s{1} using 1:($2 > {2} ? NaN : $2):3:4 with yerrorbars lw 1 pt {3} ps 0.7 lc rgb '{4}', "
            "$p{0}s{1} using 1:($2 > {2} ? {5} : NaN) with points pt 8 ps 0.9 lw 1.2 lc rgb '{4}'",
            p, s, number_text(y_high), style.marker, style.color, number_text(edge));
      }
      case Drawing::spot:
        return fmt::format("$p{}s{} using 1:2 with points pt {} ps 0.9 lw 1.4 lc rgb '{}'", p, s,
                           style.marker, style.color);
      case Drawing::rule:
        return fmt::format("$p{}s{} using 1:({}):(0):({}) with vectors nohead lw {} dt {} lc rgb '{}'", p, s,
                           number_text(y_low), number_text(y_high - y_low), style.width, dash(style),
                           style.color);
    }
    return {};
  }

  const Chart& chart_;
  Layout layout_;
  std::string text_;
};

}  // namespace

std::string gnuplot_script(const Chart& chart, FigureStyle style) {
  return Script(chart, style).write();
}

}  // namespace l2l::reports
