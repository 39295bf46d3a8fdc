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
};

/// What was spent on an optimizer at one point before it was evaluated there.
struct Budget {
  double functions = 0, gradients = 0;  ///< evaluations; a gradient comes with its function value
  double seconds = 0;                   ///< of computing
  std::string spent_on;                 ///< in words: "27 rates, 16 problems, 100 steps"
};

/// All trajectories of one optimizer on one optimizee over one horizon (one cell of an experiment).
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
  /// f(theta_t) as computed: (seeds, horizon + 1); after a divergence not finite.
  xt::xtensor<float, 2> losses;
  std::optional<double> learning_rate;          ///< tuned value of a baseline
  std::vector<double> tune_rates, tune_losses;  ///< the whole tuning curve of a baseline, or all trials
  std::vector<std::string> tune_settings;       ///< of trials: what else was drawn; of a grid none
  /// A baseline's schedule, and what tuning has found beside the rate: "beta1 0.42, cosine to 0.01".
  std::string settings;
  std::optional<Budget> budget;  ///< none where jobs behind it are still to do
  bool no_rate_works = false;    ///< of a tuned baseline: every rate diverged
  bool edge_of_grid = false;     ///< the tuned rate is the first or last that was tried
  bool complete = true;          ///< false where some seeds failed or are not computed yet
  std::vector<JobSource>
      sources;  ///< its tuning or its phi first, then the evaluations in the order of seeds
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
