// What figures of several kinds are made of.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reports/charts/range.hpp"
#include "reports/charts/style.hpp"
#include "reports/figures/page.hpp"
#include "reports/results/points.hpp"
#include "reports/statistics/summary_cache.hpp"

namespace l2l::reports {

struct Figure;
struct ReportInput;

/// Of a loss axis, over the loss at the first step: what diverges leaves the frame.
inline constexpr double kMostAboveStart = 3;

/// The mean and its interval at x.
ChartPoint chart_point(double x, const Summary& summary);

std::vector<const Experiment*> experiments_of(const ReportInput& input, const Figure& figure);

std::string coordinate(const Curve& curve, const std::string& axis);  ///< empty where it has none
/// The number that all of the text spells, if it does.
std::optional<double> as_number(const std::string& text);
bool are_numbers(const std::vector<std::string>& values);
/// Values of an axis, in numerical order where they are numbers.
std::vector<std::string> axis_values(const std::vector<const Curve*>& curves, const std::string& axis);
/// Where a value stands in the list.
double place_of(const std::string& value, const std::vector<std::string>& values);

/// Curves in the order they are drawn: as the legend has them, from last to first.
std::vector<const Curve*> drawing_order(std::vector<const Curve*> curves, const StyleBook& styles);
/// All that have data, in that order.
std::vector<const Curve*> drawn_curves(const std::vector<const Experiment*>& experiments,
                                       const StyleBook& styles);

/// The loss axis of what was collected; the suite may set either end.
std::pair<double, double> loss_range(const Figure& figure, const ChartRange& range);

/// Name, axis and range of losses on y.
void finish(Chart& chart, const Figure& figure, const ChartRange& range);

/// The title of a chart of several panels, or the one title of a chart of one.
void set_title(Chart& chart, const Figure& figure);

std::string seeds_text(const std::set<std::size_t>& counts);  ///< "32 seeds", "16 to 32 seeds"

void add_legend(Chart& chart, const std::vector<const Experiment*>& experiments, const StyleBook& styles);

// The kinds of figures that have files of their own; empty where there is no data.
FigurePage curves_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles,
                         SummaryCache& cache);
FigurePage profile_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles);
FigurePage reached_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles);
FigurePage updates_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles);
FigurePage heat_map_figure(const ReportInput& input, const Figure& figure, const StyleBook& styles,
                           SummaryCache& cache);

}  // namespace l2l::reports
