// A chart as the data of an interactive figure.
#pragma once

#include <string>

#include "reports/charts/chart.hpp"

namespace l2l::reports {

/// The JSON that reports/pages/html/report.js draws; numbers have five significant digits, +inf is "inf", a
/// missing value null:
///   {x, y, logX, logY, xTicks: [[at, label]], legend: [label], panels: [{title, range, yRange, series}]}
///   series: {label, of, kind: line | markers | spot | rule, color, dash, width, marker, open, x, y, low,
///   high}
/// `of` is the label of the series with the same colour, where there is no label; low and high are left out
/// where there is no interval.
std::string chart_json(const Chart& chart);

}  // namespace l2l::reports
