// A chart as a gnuplot script.
#pragma once

#include <string>

#include "reports/charts/chart.hpp"

namespace l2l::reports {

/// A script that writes <name>.svg, <name>.pdf and <name>.png (at twice the resolution, for paper at 288 dpi)
/// into the working directory. It holds its data, no dates and no paths: the same chart gives the same
/// script, and the same script gives the same SVG, byte by byte.
std::string gnuplot_script(const Chart& chart, FigureStyle style = FigureStyle::screen);

}  // namespace l2l::reports
