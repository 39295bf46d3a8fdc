// Plain structs the harness hands to the reports; nothing in reports/ knows the store or the suite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace l2l::reports {

/// A stored job that numbers come from: `l2lbench verify RUN --job KEY` computes it again.
struct JobSource {
  std::string kind;  ///< tune | meta_train | select | evaluate
  std::string key;
  std::string label;
  std::uint64_t first_seed = 0, seeds = 0;  ///< of an evaluation
  bool stored = true;                       ///< false: failed, or still to do
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
  std::vector<float> losses;                    ///< [seed][t], t = 0..horizon; after a divergence: non-finite
  std::optional<double> learning_rate;          ///< tuned value of a baseline
  std::vector<double> tune_rates, tune_losses;  ///< the whole tuning curve of a baseline
  bool complete = true;                         ///< false where some seeds failed or are not computed yet
  std::vector<JobSource>
      sources;  ///< its tuning or its phi first, then the evaluations in the order of seeds

  float loss(std::size_t seed_index, std::size_t t) const { return losses[seed_index * (horizon + 1) + t]; }
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

enum class FigureKind {
  curves,   ///< loss over steps
  scatter,  ///< final loss against an axis of a sweep
  profile,  ///< share of problems where the final loss is within a factor of the best
  reached,  ///< share of runs that have reached a target loss, over steps
  updates,  ///< what optimizers propose for a gradient
  heat_map  ///< final loss over two axes of a sweep
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
  Band band = Band::mean;      ///< curves
  bool own_loss_axes = false;  ///< curves: one per panel, in place of one for all
  double target = 0;           ///< reached: the loss; with `normalise` a share of the initial loss
  std::optional<int> columns;  ///< of a page that it takes in print, 1 or 2
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
  double confidence = 0.99;
  double minimum_effect = 0;  ///< share of the other's loss below which a difference does not count
  std::optional<double> paper_value;
};

/// Everything a report is made of.
struct ReportInput {
  std::string suite_name, title, description;
  std::string setting;  ///< a sentence or two on when and where it ran
  std::string command;  ///< how to repeat the run
  std::vector<std::pair<std::string, std::string>>
      manifest;                    ///< name, value: CPU, ISA, compiler, revision, ...
  std::vector<std::string> notes;  ///< failed or missing jobs, dirty tree, ...
  std::vector<Failure> failures;   ///< all of them
  std::vector<Experiment> experiments;
  std::vector<MetaTraining> meta_trainings;
  std::vector<Figure> figures;
  std::vector<UpdatePicture> updates;  ///< for figures of that kind
  std::vector<Claim> claims;
};

}  // namespace l2l::reports
