// From a suite to its jobs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/suite/suite.hpp"
#include "optimizees/kinds.hpp"
#include "optimizers/architecture_fields.hpp"

namespace l2l {

/// The jobs behind one cell of an experiment, as indices into Plan::jobs.
struct CellJobs {
  std::vector<std::size_t> evaluate;  ///< replica by replica, in seed order
  std::vector<std::size_t> tune;      ///< of a baseline: at most one
  std::vector<std::size_t> select;  ///< of a learned optimizer: those whose phi are evaluated, one a replica

  std::size_t replicas() const { return std::max<std::size_t>(1, select.size()); }
  /// The evaluations of one replica, in seed order.
  std::span<const std::size_t> evaluations(std::size_t replica) const {
    const std::size_t blocks = evaluate.size() / replicas();
    return std::span(evaluate).subspan(replica * blocks, blocks);
  }
};

struct Plan {
  std::vector<Job> jobs;                     ///< deduplicated; what a job reads stands before it
  std::vector<std::vector<CellJobs>> cells;  ///< [experiment][cell], parallel to Suite::experiments[].cells
};

/// The versions of the components of a job, which its configuration names: a change of one's bits changes the
/// keys of the jobs that use it and of no others.
struct ComponentVersions {
  std::function<int(const OptimizeeKind&)> optimizee = [](const OptimizeeKind& k) { return k.version(); };
  std::function<int(const Rule&, const Hyperparameters&)> rule = &Rule::version_with;
  std::function<int(const ArchitectureSpec&)> architecture = architecture_version;
};

/// Pure: same suite, same plan, no side effects.
/// @param versions  those of this program, but in tests
Plan make_plan(const Suite& suite, const ComponentVersions& versions = {});

/// Canonical configurations: everything that decides a result and nothing else: no names or labels, and no
/// versions. The one of an architecture is in optimizers/architecture_fields.hpp.
nlohmann::json canonical(const OptimizeeSpec& spec);
nlohmann::json canonical(const LearnedSpec& spec);
/// Their inverses, for run_job; versions beside them are passed over.
OptimizeeSpec optimizee_from(const nlohmann::json& config);
LearnedSpec learned_from(const nlohmann::json& config);

}  // namespace l2l
