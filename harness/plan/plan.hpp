// From a suite to its jobs.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/suite/suite.hpp"

namespace l2l {

/// The jobs behind one cell of an experiment, as indices into Plan::jobs.
struct CellJobs {
  std::vector<std::size_t> evaluate;  ///< in seed order
  std::vector<std::size_t> tune;      ///< of a baseline: at most one
  std::vector<std::size_t> select;    ///< of a learned optimizer: the one whose phi is evaluated
};

struct Plan {
  std::vector<Job> jobs;                     ///< deduplicated; what a job reads stands before it
  std::vector<std::vector<CellJobs>> cells;  ///< [experiment][cell], parallel to Suite::experiments[].cells
};

/// Pure: same suite, same plan, no side effects.
Plan make_plan(const Suite& suite);

/// Canonical configurations: everything that decides a result and nothing else (no names or labels).
nlohmann::json canonical(const OptimizeeSpec& spec);
nlohmann::json canonical(const LearnedSpec& spec);
nlohmann::json canonical(const ArchitectureSpec& spec);
/// Their inverses, for run_job.
OptimizeeSpec optimizee_from(const nlohmann::json& config);
LearnedSpec learned_from(const nlohmann::json& config);
ArchitectureSpec architecture_from(const nlohmann::json& config);

}  // namespace l2l
