// A suite: what to compare, as parsed from YAML (every default filled in, every reference resolved).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "optimizees/kinds.hpp"
#include "optimizers/architecture_spec.hpp"
#include "optimizers/rule.hpp"
#include "reports/gate/settings.hpp"

namespace l2l {

// ---------------------------------------------------------------- optimizees
enum class OptimizeeKind { quadratic, mlp, convnet };

/// Convolution, batch normalisation, ReLU, max pooling (optimizees/convnet_shape.hpp).
struct ConvLayerSpec {
  int channels = 16, kernel = 5, padding = 2, pool = 2;
};

/// A range [begin, end) of the examples of a dataset part ("train" or "test" files).
struct Split {
  std::string part = "train";
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

struct OptimizeeSpec {
  std::string name;
  std::string label;  ///< for reports; default: name
  OptimizeeKind kind = OptimizeeKind::quadratic;
  double init_stddev = 0.01;  ///< of theta_0, IID Gaussian
  // quadratic: f(theta) = ||W theta - y||^2
  int dimension = 10;
  QuadraticDistribution distribution = QuadraticDistribution::gaussian;
  double condition = 100;  ///< of W^T W, for spectrum
  // mlp, convnet: mean cross-entropy of a minibatch
  std::string dataset = "mnist";
  std::vector<int> labels = {};  ///< only examples of these classes, renumbered in this order; empty: of all
  std::vector<int> hidden = {20};
  int batch = 128;
  Split train, validation, test;  ///< tune draws from the validation split
  // mlp
  Activation activation = Activation::sigmoid;
  // convnet
  std::vector<ConvLayerSpec> convolutions = {};
  bool bias = true;               ///< of layers with batch normalisation
  bool batch_norm_scale = false;  ///< gamma of batch normalisation
};

// ---------------------------------------------------------------- optimizers
enum class MetaLossWeights { all, last };  ///< w_t = 1 for all t, or w_t = 1[t = T]

/// phi is trained by ADAM on the meta-loss; an epoch is `iterations_per_epoch` meta-iterations' worth of
/// horizons, after which phi is validated (paper section 3).
struct MetaTrainingSpec {
  std::string optimizee;  ///< name of the optimizee it is trained on
  int horizon = 100;      ///< T
  int unroll = 20;        ///< steps per truncated unroll; one update of phi each
  MetaLossWeights weights = MetaLossWeights::all;
  int instances = 1;  ///< optimizees per meta-iteration (a batch of functions)
  int epochs = 10;
  int horizons_per_epoch = 50;
  int validation_instances = 16;
  int patience = 0;          ///< stop after so many epochs without a better validation loss (0: never)
  double gradient_clip = 0;  ///< clip dL/dphi to this L2 norm (0: off)
  /// Keep the dashed edges of the paper's figure 2 in dL/dphi; only where f'' is known: quadratics.
  bool second_derivatives = false;
  double final_learning_rate_ratio = 1;  ///< cosine decay of the meta learning rate to this share
  int seeds = 1;                         ///< independent trainings; the best on validation is kept
  // meta learning rate: fixed, or found by random search (log-uniform), each candidate trained for
  // search_epochs and compared on validation
  std::optional<double> learning_rate;
  double search_low = 1e-3, search_high = 3e-2;
  int search_samples = 0;
  int search_epochs = 1;
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
  bool tune = true;                 ///< tune the rule's tuned hyperparameter per optimizee and horizon
  double tune_low = 1e-5, tune_high = 30;
  int tune_points = 27;     ///< log-spaced grid, both ends included
  int tune_instances = 16;  ///< problems of role `tune` per grid point
};

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

/// Reads and checks a suite. Throws Error{suite} with file:line:column, what, and "did you mean".
Suite load_suite(const std::string& path);

/// Where a run keeps its copy of what `file` of a `kind: trained` optimizer names. A suite that has one
/// beside it (the resolved suite of a run) reads it in place of that file, which may be gone or another one
/// by then.
std::filesystem::path kept_phi_file(const std::filesystem::path& suite, const std::string& optimizer);
/// The same from text; `path` only names it in errors (and resolves `include:`).
Suite parse_suite(const std::string& text, const std::string& path);
/// JSON Schema (draft 2020-12) of a suite, for editors.
std::string suite_json_schema();

}  // namespace l2l
