// What the shards of the next wave need of the merged store, in one small file that never changes: the
// results that other jobs read, and the keys of everything stored. The merged store itself is then no shared
// database.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/plan/job.hpp"
#include "harness/store/store.hpp"

namespace l2l {

/// Replaces `file` in one step.
void write_handover(const std::filesystem::path& file, const Store& merged, const std::vector<Job>& jobs);

class Handover {
 public:
  /// A missing file is one that says that nothing is stored. Throws Error{store} for a damaged one.
  explicit Handover(const std::filesystem::path& file);
  ~Handover();
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  bool stored(const std::string& key) const;  ///< in the merged store
  /// The results that are there to be read; none where there is no file.
  const Store* inputs() const { return inputs_.get(); }

 private:
  struct Index;
  std::unique_ptr<Store> inputs_;
  std::unique_ptr<Index> index_;
};

}  // namespace l2l
