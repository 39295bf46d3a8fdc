// Brings results computed elsewhere into one store. By key: merging twice, in another order or after a crash
// half-way gives the same store. First wins; the same key with other bits is an alarm.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/store/store.hpp"

namespace l2l {

struct MergeCounts {
  std::size_t added = 0;    ///< results that were not there
  std::size_t equal = 0;    ///< were there, with the same digest
  std::size_t damaged = 0;  ///< left out: their bits do not match their digest
  std::size_t foreign = 0;  ///< left out: of no job of the plan
  std::vector<Conflict> conflicts;
};

class Merger {
 public:
  /// @param jobs  the plan: what else a source holds is left out; must outlive the merger
  Merger(Store& into, const std::vector<Job>& jobs);

  /// Adds the results and failures of `source`. Conflicts are also remembered in the store. What was added
  /// becomes durable by and by: a merge that dies loses the work of seconds, and no result, for the sources
  /// still have it.
  MergeCounts add(const Store& source);
  /// Makes the rest durable. Without it, what was added last is not.
  void finish();

 private:
  Store& into_;
  std::unordered_map<std::string, const Job*> jobs_;
  std::unordered_map<std::string, std::string> digests_;  ///< of everything in `into_`
  std::optional<Store::Batch> batch_;
};

}  // namespace l2l
