// A job is a pure function of its key (docs/architecture.md).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/json.hpp"

#include "core/ndarray.hpp"

namespace l2l {

/// Bump what a change of a procedure's numerics touches: results under the old version are then no longer
/// found. The components it works on (optimizees, rules, architectures) have versions of their own, in the
/// configuration.
inline constexpr int kTuneVersion = 1;
inline constexpr int kMetaTrainVersion = 1;
inline constexpr int kSelectVersion = 1;
inline constexpr int kEvaluateVersion = 1;

enum class JobKind { tune, meta_train, select, evaluate };
const char* to_string(JobKind kind);

struct Job {
  JobKind kind;
  nlohmann::json config;  ///< canonical resolved configuration (sorted keys), all that decides the result
  std::vector<std::string> reads;  ///< keys of the jobs whose results it reads, in the order it reads them
  std::string key;                 ///< SHA-256 hex over kind, version, config and reads
  std::string label;               ///< for people: "evaluate adam on mnist-mlp, horizon 100, seeds 0..15"
  /// Files it reads besides the store: SHA-256 (which the configuration names) -> path (which it does not).
  std::map<std::string, std::string> files;
  double flop = 0;        ///< estimate, for the plan
  std::size_t bytes = 0;  ///< estimate of working memory, for the budget
};

/// SHA-256 hex over kind, its version, config.dump() and the keys it reads.
std::string job_key(JobKind kind, const nlohmann::json& config, const std::vector<std::string>& reads);

/// Estimated cost of a job, for priorities and the remaining time: its FLOP and a share of overhead.
double job_cost(const Job& job);

struct JobResult {
  nlohmann::json summary;  ///< scalars: best learning rate, validation loss, diverged seeds, ...
  std::map<std::string, NdArray> arrays;  ///< trajectories, tuning curves, phi, ...

  /// SHA-256 hex over the exact bits of summary and arrays.
  std::string digest() const;
};

}  // namespace l2l
