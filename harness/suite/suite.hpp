// A suite: what to compare, as parsed from YAML (every default filled in, every reference resolved).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/names.hpp"
#include "harness/suite/meta_loss_weights.hpp"
#include "harness/suite/tuning_spec.hpp"
#include "optimizers/architecture_spec.hpp"
#include "optimizers/rate_schedule.hpp"
#include "optimizers/rule.hpp"
#include "reports/gate/settings.hpp"

namespace l2l {

// ---------------------------------------------------------------- optimizees
struct OptimizeeSpec {
  std::string name;
  std::string label;        ///< for reports; default: name
  std::string kind;         ///< of the registry (optimizees/kinds.hpp)
  nlohmann::json settings;  ///< of that kind, which alone knows what they mean; absent: its defaults
};

// ---------------------------------------------------------------- optimizers
/// Random search for the meta learning rate, log-uniform: each candidate is trained for `epochs` and compared
/// on validation.
struct LearningRateSearch {
  double low = 1e-3, high = 3e-2;
  int samples = 0;
  int epochs = 1;
};

/// phi is trained by ADAM on the meta-loss. An epoch is `horizons_per_epoch` horizons of each function of the
/// batch, one update of phi per unroll, after which phi is validated (paper section 3).
struct MetaTrainingSpec {
  std::string optimizee;    ///< name of the optimizee it is trained on
  int horizon = 100;        ///< T
  int unroll = 20;          ///< steps per truncated unroll; one update of phi each
  MetaLossWeights weights;  ///< w_t
  int instances = 1;        ///< optimizees per meta-iteration (a batch of functions)
  int epochs = 10;
  int horizons_per_epoch = 50;
  int validation_instances = 16;
  int patience = 0;          ///< stop after so many epochs without a better validation loss (0: never)
  double gradient_clip = 0;  ///< clip dL/dphi to this L2 norm (0: off)
  /// Keep the dashed edges of the paper's figure 2 in dL/dphi; only where f'' is known: quadratics.
  bool second_derivatives = false;
  double final_learning_rate_ratio = 1;  ///< cosine decay of the meta learning rate to this share
  int seeds = 1;                         ///< trainings; the best on validation is kept
  int replicas = 1;  ///< independent repetitions of all of this, the search and the choice included
  std::optional<double> learning_rate;  ///< meta learning rate; else `search` finds it
  LearningRateSearch search;
};

/// A phi that was trained before: a file of docs/phi-format.md in place of a meta-training.
struct PhiFileReference {
  std::string path;    ///< absolute
  std::string sha256;  ///< of its phi (TrainedPhi::digest): what the keys of jobs name
};

struct LearnedSpec {
  ArchitectureSpec architecture;
  /// A partition of the optimizee's group names: one phi a set. Empty: one phi for all coordinates.
  std::vector<std::vector<std::string>> phi_groups;
  MetaTrainingSpec training;
  std::optional<PhiFileReference> phi_file;  ///< set: nothing is trained, and `training` says nothing
};

struct BaselineSpec {
  std::string rule;                 ///< registry name
  Hyperparameters hyperparameters;  ///< overrides of the rule's defaults
  RateSchedule schedule;            ///< of the rate, over the horizon of the tuning or evaluation
  bool tune = true;                 ///< per optimizee and horizon
  TuningSpec tuning;
};

/// What a schedule is called beside hyperparameters.
inline constexpr const char* kScheduleName = "schedule";

/// The hyperparameters that tuning finds (sorted), and kScheduleName where it finds that too.
std::vector<std::string> tuned_names(const BaselineSpec& baseline);

struct OptimizerSpec {
  std::string name;
  std::string label;                   ///< for reports; default: the rule's label, or the architecture's
  std::optional<LearnedSpec> learned;  // exactly one of the two
  std::optional<BaselineSpec> baseline;
};

// ---------------------------------------------------------------- experiments
/// One point of an experiment's axes: which optimizee meets which optimizer over which horizon.
struct Cell {
  std::string experiment;
  std::map<std::string, std::string> coordinates;  ///< axis name -> value, for tables and figures
  OptimizeeSpec optimizee;                         ///< axes already applied
  OptimizerSpec optimizer;
  OptimizeeSpec trained_on;  ///< of a learned optimizer
  int horizon = 100;
  int tune_horizon = 100;
  std::uint64_t first_seed = 0;
  std::uint64_t seeds = 1;
  std::uint64_t seeds_per_job = 1;
};

struct ExperimentSpec {
  std::string name;
  std::string title;
  std::vector<Cell> cells;  ///< the expanded sweep, in a stable order
};

// ---------------------------------------------------------------- the whole
// What the suite asks of its report: harness/suite/questions.hpp. Left out here, so that a new field of a
// claim does not compile again all that only computes.
struct FigureSpec;
struct ClaimSpec;

struct Suite {
  Suite();
  Suite(const Suite&);
  Suite(Suite&&) noexcept;
  Suite& operator=(const Suite&);
  Suite& operator=(Suite&&) noexcept;
  ~Suite();

  std::string name;
  std::string title;
  std::string description;
  std::string path;
  std::string canonical_yaml;  ///< the resolved suite, for the manifest
  std::vector<OptimizeeSpec> optimizees;
  std::vector<OptimizerSpec> optimizers;
  std::vector<ExperimentSpec> experiments;
  std::vector<FigureSpec> figures;
  std::vector<ClaimSpec> claims;
  reports::GateSettings gate;
};

}  // namespace l2l
