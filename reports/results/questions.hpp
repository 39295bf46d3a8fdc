// What a suite asks of a report: figures and claims. What was found is in results.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace l2l::reports {

enum class FigureKind {
  curves,   ///< loss over steps
  scatter,  ///< final loss against an axis of a sweep
  profile,  ///< share of problems where the final loss is within a factor of the best
  reached,  ///< share of runs that have reached a target loss, over steps
  updates,  ///< what optimizers propose for a gradient
  heat_map  ///< final loss over two axes of a sweep
};
/// What the x axis of a figure counts, from the start of an evaluation: costs are of one problem.
enum class Cost {
  steps,
  evaluations,  ///< of f with its gradient
  flop,         ///< of these and of the optimizer's own update
  seconds       ///< measured
};
enum class Band { mean, quantiles };  ///< mean and its 95 % interval; median and the quantiles 10 % and 90 %

struct Figure {
  std::string name;
  std::string title;
  FigureKind kind = FigureKind::curves;
  std::vector<std::string> experiments;
  std::optional<int> first_step, last_step;
  bool log_y = true;
  bool normalise = false;
  std::optional<double> y_low, y_high;
  std::string x_axis, y_axis, panel_axis;
  Cost x = Cost::steps;        ///< curves, reached
  Band band = Band::mean;      ///< curves
  bool own_loss_axes = false;  ///< curves: one per panel, in place of one for all
  double target = 0;           ///< reached: the loss; with `normalise` a share of the initial loss
  std::optional<int> columns;  ///< of a page that it takes in print, 1 or 2
};

/// What a claim speaks of, over problems. Of two optimizers: of the ratio of their losses on a problem, the
/// mean speaks of the difference.
enum class Statistic { mean, geometric_mean, median };

struct Claim {
  std::string id, statement, source;
  std::string kind;  ///< see reports/claims/claims.hpp
  std::string experiment;
  std::map<std::string, std::string> where;
  std::string optimizer;
  std::vector<std::string> against;
  std::optional<int> first_step;  ///< about the mean loss of the steps from here to `step`
  int step = 100;
  double threshold = 0;
  double margin = 0;  ///< close: share by which the mean may be above; within: share of the paper's value
  double ratio = 1;   ///< ratio: to the other's mean loss, at most
  double share = 1;   ///< no_convergence: of the loss at from_step; most_seeds: of the seeds
  int from_step = 0;  ///< no_convergence
  int more_than = 0;  ///< most_points: at more points than this
  std::string than;   ///< advantage: the optimizee on which it is smaller
  std::optional<Statistic> statistic;  ///< none: that of the kind, see statistic_of
  double confidence = 0.99;
  double minimum_effect = 0;  ///< share of the other's loss below which a difference does not count
  std::optional<double> paper_value;
};

}  // namespace l2l::reports
