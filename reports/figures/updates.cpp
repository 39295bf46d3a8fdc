// What a trained optimizer proposes for a gradient, beside hand-designed ones.
#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "reports/figures/parts.hpp"
#include "reports/results/report_input.hpp"

namespace l2l::reports {
namespace {

/// The y range of a panel: learned optimizers in full, the others no further than a few times as far.
std::pair<double, double> y_range(const Panel& panel) {
  constexpr double kMostBeyondLearned = 3;
  double learned = 0, all = 0;
  for (const Series& series : panel.series) {
    if (series.drawing != Drawing::line) continue;
    for (const ChartPoint& point : series.points) {
      if (!std::isfinite(point.y)) continue;
      all = std::max(all, std::abs(point.y));
      if (series.style.dash.empty()) learned = std::max(learned, std::abs(point.y));
    }
  }
  const double most = learned > 0 ? std::min(all, kMostBeyondLearned * learned) : all;
  return most > 0 ? std::pair(-1.05 * most, 1.05 * most) : std::pair(-1.0, 1.0);
}

}  // namespace

FigurePage updates_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles) {
  FigurePage page;
  const auto picture =
      std::find_if(input.updates.begin(), input.updates.end(),
                   [&](const UpdatePicture& candidate) { return candidate.figure == figure.name; });
  if (picture == input.updates.end()) return page;
  const Style seen{"#aaaaaa", "(2.5,3)", 1, 7};
  for (const UpdatePicture::Panel& from : picture->panels) {
    Panel panel;
    panel.title = fmt::format("step {}", from.step);
    panel.x_low = from.gradients.front();
    panel.x_high = from.gradients.back();
    for (auto proposals = from.proposals.rbegin(); proposals != from.proposals.rend(); ++proposals) {
      Series series{proposals->label, styles.of(proposals->optimizer), Drawing::line, {}};
      for (std::size_t i = 0; i < from.gradients.size(); ++i) {
        const double y = proposals->updates[i];
        series.points.push_back({from.gradients[i], y, y, y});
      }
      panel.series.push_back(std::move(series));
    }
    panel.y_range = y_range(panel);
    panel.series.insert(panel.series.begin(), {"gradient met", seen, Drawing::rule, {{from.seen, 0, 0, 0}}});
    page.chart.panels.push_back(std::move(panel));
  }
  if (page.chart.panels.empty()) return page;
  page.chart.name = figure.name;
  page.chart.log_y = false;
  page.chart.x_label = "gradient";
  page.chart.y_label = "update";
  page.chart.title = figure.title;
  std::tie(page.chart.y_low, page.chart.y_high) = *page.chart.panels.front().y_range;
  add_legend(page.chart, experiments_of(input, figure), styles);
  page.last_step = -1;  // shows no losses
  page.caption = fmt::format(
      "The update that each optimizer proposes for a gradient at a step, after the same gradients before it: "
      "those "
      "of {}. The thin line is the gradient that it met there.",
      picture->history);
  return page;
}

}  // namespace l2l::reports
