// The tables of a report as CSV (see csv.hpp for the dialect). Coordinates are one column per axis of the
// suite, in alphabetical order, empty where an experiment does not have the axis.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reports/claims/verdicts.hpp"
#include "reports/statistics/summary_cache.hpp"
#include "reports/text/csv.hpp"

namespace l2l::reports {

struct Curve;
struct Experiment;
struct MetaTraining;

/// Names of all axes of all experiments, sorted.
std::vector<std::string> axis_names(const std::vector<Experiment>& experiments);

/// The header: experiment, <axes>, and the rest.
std::vector<std::string> with_axes(const std::vector<std::string>& axes, std::vector<std::string> rest);
/// Of a record: experiment, <axes>, optimizee, optimizer of a curve.
std::vector<std::string> identity(const Experiment& experiment, const Curve& curve,
                                  const std::vector<std::string>& axes);

/// What a claim's kind compares with: a loss, a margin, a ratio, a share or a count; nothing for the others.
std::optional<double> threshold_of(const Claim& claim);

/// The steps a summary shows of a horizon: 20, 50, 100, 200, 500, ... and the last.
std::vector<int> summary_steps(int horizon);

/// One record per seed and step, as computed (non-finite losses as "inf", NaN as empty):
/// experiment, <axes>, optimizee, optimizer, seed, step, loss. Written piecewise: it can be large. Where it
/// would have more than `most_bytes`, nothing is written, and false returned.
bool write_trajectories(const std::vector<Experiment>& experiments, const std::filesystem::path& path,
                        std::uint64_t most_bytes = UINT64_MAX);

/// experiment, <axes>, optimizee, optimizer, horizon, step, n, mean, standard_error, ci95_low, ci95_high,
/// median, diverged, learning_rate, tuning ("no rate works", "edge of grid" or empty); one record per curve
/// and summary step.
std::string summary_csv(const std::vector<Experiment>& experiments, SummaryCache& cache);

/// experiment, <axes>, optimizee, optimizer, horizon, learning_rate, loss, chosen, settings; one per grid
/// point, or per trial of a random search.
std::string tuning_csv(const std::vector<Experiment>& experiments);

/// experiment, <axes>, optimizee, optimizer, learned, functions, gradients, seconds, spent_on; one record per
/// curve whose budget is known.
std::string budget_csv(const std::vector<Experiment>& experiments);

/// optimizer, optimizee, learning_rate, epoch, train_loss, validation_loss, selected; one per epoch.
std::string meta_training_csv(const std::vector<MetaTraining>& meta_trainings);

/// One record per claim: id, verdict, kind, experiment, where, optimizer, against, first_step, step,
/// threshold (or margin, ratio, share or number of points: what its kind compares with), confidence,
/// minimum_effect, n, diverged, mean, ci_low, ci_high, effect_of (what the effect is, in words), effect,
/// effect_low, effect_high, p_value, p_holm (corrected for all claims that ran), paper_value, figure (name in
/// figures/), reason, statement, source.
std::string claims_csv(const std::vector<ClaimVerdict>& verdicts);

/// One record per claim, point and other optimizer: id, optimizee, coordinates, optimizer, against, step,
/// confidence, mean, ci_low, ci_high, difference, difference_low, difference_high (paired by seed), pairs.
std::string comparisons_csv(const std::vector<ClaimVerdict>& verdicts);

}  // namespace l2l::reports
