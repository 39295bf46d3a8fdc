#include "harness/watch/history_figures.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/files.hpp"
#include "reports/charts/chart.hpp"
#include "reports/charts/gnuplot.hpp"
#include "reports/charts/gnuplot_script.hpp"

namespace l2l {
namespace {

constexpr std::size_t kMostPanels = 12;

/// "final loss" of "mnist / adam, horizon 100: final loss"; the name itself where it has no cell.
std::string kind_of(const std::string& metric) {
  const std::size_t colon = metric.rfind(": ");
  return colon == std::string::npos ? metric : metric.substr(colon + 2);
}

std::string file_name(std::string kind, std::size_t page) {
  std::replace(kind.begin(), kind.end(), ' ', '-');
  return page == 0 ? kind : fmt::format("{}-{}", kind, page + 1);
}

reports::Panel panel_of(const std::string& metric, const std::vector<HistoryEntry>& entries,
                        const std::vector<HistoryChange>& changes) {
  reports::Panel panel;
  panel.title = metric.substr(0, metric.rfind(": "));
  panel.x_low = 1;
  panel.x_high = std::max<double>(2, static_cast<double>(entries.size()));
  reports::Series line, rules;
  rules.drawing = reports::Drawing::rule;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const double x = static_cast<double>(i) + 1;
    const auto found = entries[i].metrics.find(metric);
    if (found != entries[i].metrics.end())
      line.points.push_back({x, found->second, found->second, found->second});
    for (const HistoryChange& change : changes)
      if (change.metric == metric && change.since == entries[i].ended) rules.points.push_back({x, 0, 0, 0});
  }
  panel.series = {rules, line};
  if (rules.points.empty()) panel.series.erase(panel.series.begin());
  return panel;
}

/// A range that holds all values, a tenth more on either side.
void set_range(reports::Chart& chart) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const reports::Panel& panel : chart.panels) {
    for (const reports::ChartPoint& point : panel.series.back().points) {
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  chart.log_y = low > 0;
  if (chart.log_y) {
    const double air = std::max(1.05, std::pow(high / low, 0.1));
    chart.y_low = low / air;
    chart.y_high = high * air;
  } else {
    const double air = std::max(0.05, 0.1 * (high - low));
    chart.y_low = low - air;
    chart.y_high = high + air;
  }
}

}  // namespace

std::string write_history_figures(const std::vector<HistoryEntry>& entries,
                                  const std::vector<HistoryChange>& changes,
                                  const std::filesystem::path& folder) {
  create_folders(folder);
  std::map<std::string, std::vector<std::string>> kinds;
  for (const auto& [name, value] : entries.back().metrics) kinds[kind_of(name)].push_back(name);
  for (const auto& [kind, names] : kinds) {
    for (std::size_t first = 0; first < names.size(); first += kMostPanels) {
      reports::Chart chart;
      chart.name = file_name(kind, first / kMostPanels);
      chart.title = fmt::format("{}, {}", entries.back().suite, kind);
      chart.x_label = "night";
      chart.y_label = kind;
      for (std::size_t i = first; i < std::min(names.size(), first + kMostPanels); ++i)
        chart.panels.push_back(panel_of(names[i], entries, changes));
      set_range(chart);
      const std::string script = chart.name + ".gp";
      write_file_atomically(folder / script, gnuplot_script(chart));
      const reports::GnuplotResult drawn = reports::run_gnuplot(folder, script);
      if (drawn.status != reports::GnuplotResult::Status::done) return drawn.message;
    }
  }
  return "";
}

}  // namespace l2l
