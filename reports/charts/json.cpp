#include "reports/charts/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/json.hpp"

namespace l2l::reports {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? Json("inf") : Json(nullptr);
  const std::string text = fmt::format("{:.5g}", value);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

Json numbers(const std::vector<ChartPoint>& points, double ChartPoint::*member) {
  Json values = Json::array();
  for (const ChartPoint& point : points) values.push_back(number(point.*member));
  return values;
}

const char* kind_of(Drawing drawing) {
  switch (drawing) {
    case Drawing::line:
      return "line";
    case Drawing::markers:
      return "markers";
    case Drawing::spot:
      return "spot";
    case Drawing::rule:
      return "rule";
  }
  L2L_CHECK(false, "drawing={}", static_cast<int>(drawing));
}

/// gnuplot's "(9,4)" as [9, 4].
Json dash_of(const std::string& dash) {
  Json lengths = Json::array();
  const char* at = dash.data();
  const char* const end = at + dash.size();
  while (at < end) {
    double length = 0;
    const auto [stop, error] = std::from_chars(at, end, length);
    if (error == std::errc{}) lengths.push_back(length);
    at = error == std::errc{} ? stop : at + 1;
  }
  return lengths;
}

/// gnuplot's point types: 4 and 5 are squares, 6 and 7 circles, ... the even ones open.
const char* marker_of(int type) {
  switch (type / 2) {
    case 2:
      return "square";
    case 4:
      return "up";
    case 5:
      return "down";
    case 6:
      return "diamond";
    default:
      return "circle";
  }
}

Json series_json(const Series& series, const Panel& panel) {
  const std::vector<ChartPoint> points =
      series.drawing == Drawing::line ? thinned(series.points) : series.points;
  Json json = {{"label", series.label}, {"kind", kind_of(series.drawing)}};
  if (series.label.empty()) {
    const auto owner = std::find_if(panel.series.begin(), panel.series.end(), [&](const Series& other) {
      return !other.label.empty() && other.style.color == series.style.color;
    });
    if (owner != panel.series.end()) json["of"] = owner->label;
  }
  json["color"] = series.style.color;
  json["dash"] = dash_of(series.style.dash);
  json["width"] = series.style.width;
  json["marker"] = marker_of(series.style.marker);
  json["open"] = series.style.marker % 2 == 0;
  json["x"] = numbers(points, &ChartPoint::x);
  json["y"] = numbers(points, &ChartPoint::y);
  const bool interval = std::any_of(points.begin(), points.end(),
                                    [](const ChartPoint& point) { return point.low < point.high; });
  if (interval) {
    json["low"] = numbers(points, &ChartPoint::low);
    json["high"] = numbers(points, &ChartPoint::high);
  }
  return json;
}

}  // namespace

std::string chart_json(const Chart& chart) {
  Json json = {{"x", chart.x_label},     {"y", chart.y_label},      {"logX", chart.log_x},
               {"logY", chart.log_y},    {"xTicks", Json::array()}, {"legend", chart.legend},
               {"panels", Json::array()}};
  if (chart.lines_differ_in_x) json["linesDifferInX"] = true;
  for (const Tick& tick : chart.x_ticks) json["xTicks"].push_back({number(tick.at), tick.label});
  for (const Panel& panel : chart.panels) {
    Json series = Json::array();
    for (const Series& one : panel.series) series.push_back(series_json(one, panel));
    const auto [y_low, y_high] = panel.y_range.value_or(std::pair(chart.y_low, chart.y_high));
    const std::string gap = panel.title.empty() || panel.note.empty() ? "" : ": ";
    json["panels"].push_back({{"title", panel.title + gap + panel.note},
                              {"range", {number(panel.x_low), number(panel.x_high)}},
                              {"yRange", {number(y_low), number(y_high)}},
                              {"series", series}});
  }
  return json.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

}  // namespace l2l::reports
