// What a run has found, as plain structs that the harness hands to the reports: nothing in reports/ knows the
// store or the suite. What is asked is in questions.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <xtensor/xtensor.hpp>

namespace l2l::reports {

/// A stored job that numbers come from: `l2lbench verify RUN --job KEY` computes it again.
struct JobSource {
  std::string kind;  ///< tune | meta_train | select | evaluate
  std::string key;
  std::string label;
  std::uint64_t first_seed = 0, seeds = 0;  ///< of an evaluation
  bool stored = true;                       ///< false: failed, or still to do
  std::size_t replica = 0;                  ///< of a curve: the one it belongs to
};

/// What was spent on an optimizer at one point before it was evaluated there.
struct Budget {
  double functions = 0, gradients = 0;  ///< evaluations; a gradient comes with its function value
  double seconds = 0;                   ///< of computing
  std::string spent_on;                 ///< in words: "27 rates, 16 problems, 100 steps"
};

/// What a step of an optimizer costs on one problem of its curve.
struct StepCost {
  /// Evaluations of f with its gradient that the optimizer asks for. One more value of f at theta_t, where
  /// the gradient is taken elsewhere (NAG), only records the trajectory and is no cost of the optimizer.
  double gradients = 1;
  double flop = 0;  ///< of these gradients and of its own update, each operation counted as one
  /// Measured where it was evaluated, jobs side by side, with all that records the trajectory: the median
  /// over jobs of a job's seconds by its problems and steps. None where no evaluation is there.
  std::optional<double> seconds;
};

/// All trajectories of one optimizer on one optimizee over one horizon (one cell of an experiment). A learned
/// optimizer may have been trained several times over: each of its replicas has met every seed.
struct Curve {
  std::string experiment;
  std::map<std::string, std::string> coordinates;  ///< axis name -> value
  std::string optimizee;                           ///< name
  std::string optimizee_label;                     ///< as printed; empty: its name
  std::string optimizer;                           ///< name in the suite, for instance "adam"
  std::string label;                               ///< as printed, for instance "ADAM"
  std::string rule;  ///< registry name of a baseline ("adam"), or the architecture ("lstm")
  bool learned = false;
  int horizon = 0;
  std::vector<std::uint64_t> seeds;
  /// f(theta_t) as computed: (replicas, seeds, horizon + 1); after a divergence not finite. Replicas are
  /// independent repetitions of meta-training, in the order of their numbers: one of whatever is not trained.
  xt::xtensor<float, 3> losses;
  std::vector<std::size_t> replica_numbers;     ///< of `losses`, where some are missing; else empty
  std::optional<double> learning_rate;          ///< tuned value of a baseline
  std::vector<double> tune_rates, tune_losses;  ///< the whole tuning curve of a baseline, or all trials
  std::vector<std::string> tune_settings;       ///< of trials: what else was drawn; of a grid none
  /// A baseline's schedule, and what tuning has found beside the rate: "beta1 0.42, cosine to 0.01".
  std::string settings;
  std::optional<Budget> budget;  ///< none where jobs behind it are still to do
  std::optional<StepCost> step_cost;
  bool no_rate_works = false;  ///< of a tuned baseline: every rate diverged
  bool edge_of_grid = false;   ///< the tuned rate is the first or last that was tried
  bool complete = true;        ///< false where some seeds failed or are not computed yet
  /// Its tuning or its phi first, then the evaluations in the order of seeds; replica by replica.
  std::vector<JobSource> sources;

  std::size_t replicas() const { return losses.shape(0); }
  /// The number of the r-th replica of `losses`, as jobs have it.
  std::size_t replica_number(std::size_t r) const { return replica_numbers.empty() ? r : replica_numbers[r]; }
};

struct Experiment {
  std::string name;
  std::string title;
  std::vector<Curve> curves;
};

/// What meta-training did, for tables and curves.
struct MetaTraining {
  std::string key;  ///< of the job that selected the phi
  std::string optimizer;
  std::string optimizee;
  std::string optimizee_label;
  std::string label;
  std::size_t replica = 0, replicas = 1;  ///< which of how many repetitions
  double learning_rate = 0;
  std::vector<double> train_losses;       ///< mean loss over all steps of a horizon, one per epoch
  std::vector<double> validation_losses;  ///< mean final loss of fresh problems, one per epoch
  int selected_epoch = 0;                 ///< 1-based
  double seconds = 0;                     ///< of computing, the search for the learning rate included
};

/// A job that threw.
struct Failure {
  JobSource job;
  std::string message;
};

/// The updates that optimizers propose for a gradient after the same history of gradients.
struct UpdatePicture {
  struct Proposals {
    std::string optimizer, label;
    std::vector<double> updates;  ///< one per gradient
  };
  struct Panel {
    int step = 1;  ///< the one at which the gradient is varied; the history has step - 1 gradients
    std::vector<double> gradients;
    double seen = 0;  ///< the gradient that was met there
    std::vector<Proposals> proposals;
  };
  std::string figure;   ///< its name
  std::string history;  ///< whose, in words
  std::vector<Panel> panels;
};

}  // namespace l2l::reports
