// Random values of hyperparameters, rounded to six significant digits: the same on every machine, whatever
// its libm, and short enough to read.
#pragma once

namespace l2l {

/// @param u  uniform in [0, 1)
double draw_log_uniform(double low, double high, double u);
double draw_uniform(double low, double high, double u);

}  // namespace l2l
