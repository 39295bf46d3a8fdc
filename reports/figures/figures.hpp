// From results to charts.
#pragma once

#include <vector>

#include "reports/charts/style.hpp"
#include "reports/figures/page.hpp"
#include "reports/statistics/summary_cache.hpp"

namespace l2l::reports {

struct ReportInput;

/// The figures the suite asks for, in its order; where it asks for none, the curves of each experiment. Those
/// without any data yet are left out.
///   curves   mean loss over steps with 95 % bands (or the median and quantiles), one panel per point of the
///            sweep of an experiment
///   scatter  final loss (figure.last_step, or the horizon) against an axis of the sweep
///   profile  performance profile (Dolan and More 2002): the share of problems (seeds of all points of an
///            experiment) where the final loss is at most tau times the lowest that any optimizer reached
///   reached  the share of runs that have reached a target loss, over steps
///   updates  what optimizers propose for a gradient, one panel per step
///   heat-map final loss over two axes of the sweep, a cell each, one panel per optimizer
/// Unless the suite fixes it, the y range holds every mean, but not more than three times the largest loss at
/// the first step: what diverges leaves the frame instead of flattening the others.
std::vector<FigurePage> suite_figures(const ReportInput& input, const StyleBook& styles, SummaryCache& cache);

/// Meta-training loss over epochs, one figure per optimizee, the selected epoch marked.
std::vector<FigurePage> meta_training_figures(const std::vector<MetaTraining>& meta_trainings);

/// Tuning loss of every baseline over its learning rate, one figure per experiment, the choice marked.
std::vector<FigurePage> tuning_figures(const std::vector<Experiment>& experiments, const StyleBook& styles);

}  // namespace l2l::reports
