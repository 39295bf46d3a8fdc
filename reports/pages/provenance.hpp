// Where numbers come from, and what went wrong, as tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/text/table.hpp"

namespace l2l::reports {

struct Curve;
struct Experiment;
struct Failure;
struct MetaTraining;

/// A seed that diverged, and the first step at which the loss is no number or beyond kDivergedAbove.
struct DivergedSeed {
  std::uint64_t seed = 0;
  int step = 0;
  std::size_t replica = 0;
};

/// All of a curve, replica by replica.
std::vector<DivergedSeed> diverged_seeds(const Curve& curve);

/// A curve with diverged seeds.
struct Divergence {
  const Curve* curve = nullptr;
  std::string point;                ///< what sets the curve's point apart
  std::vector<DivergedSeed> seeds;  ///< see diverged_seeds
};

/// Of every curve that has diverged seeds, in the suite's order.
std::vector<Divergence> divergences(const std::vector<Experiment>& experiments);

/// The key of the evaluation that a diverged seed of a curve comes from; empty where it is not known.
std::string evaluation_key(const Curve& curve, const DivergedSeed& diverged);

/// Experiment, point, optimizer, diverged of all, the seeds with their first diverged step, keys.
Table divergence_table(const std::vector<Divergence>& divergences);

/// What failed, its message, its key.
Table failure_table(const std::vector<Failure>& failures);

struct SourceTable {
  Table table;  ///< a row per job behind a curve: experiment, point, optimizer, job, seeds, key
  std::vector<std::string> ids;  ///< of its rows: trace_id() at the first job of a curve, else empty
};
SourceTable source_table(const std::vector<Experiment>& experiments,
                         const std::vector<MetaTraining>& meta_trainings);

}  // namespace l2l::reports
