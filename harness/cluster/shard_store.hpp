// The private stores of shards: one file per attempt, so that no two processes ever write to the same one.
//
//   STORES/w0-3of8/<attempt>.sqlite.part   being written, or left by an attempt that died
//   STORES/w0-3of8/<attempt>.sqlite        sealed: never written again
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/scratch_folder.hpp"
#include "harness/cluster/shard.hpp"
#include "harness/store/store.hpp"

namespace l2l {

/// The folder of a shard's attempts, in one wave or ("all-3of8") in whichever wave is due.
std::filesystem::path shard_folder(const std::filesystem::path& stores, const Shard& shard,
                                   const std::optional<std::size_t>& wave);

/// A name that no other attempt has: scheduler's job, restart, host, process, time.
std::string attempt_name();

/// The store that this attempt writes. What a killed attempt had stored stays readable in its .part file.
class ShardStore {
 public:
  /// Throws Error{store} or {environment}.
  explicit ShardStore(const std::filesystem::path& folder);
  Store& store() { return *store_; }
  /// Closes and renames it; one without results, checkpoints and failures is removed.
  void seal();

 private:
  std::filesystem::path sealed_, part_;
  std::unique_ptr<Store> store_;
};

/// Stores in a file or, recursively, a folder: sealed ones, .part files and the stores of runs; sorted.
std::vector<std::filesystem::path> stores_in(const std::filesystem::path& place);

/// Opens a store that may be sealed, in the middle of being written on another machine, or left by a killed
/// process: unsealed ones are read from a copy, in which SQLite undoes the unfinished transaction.
/// Nothing where it cannot be read (now).
std::unique_ptr<Store> open_foreign_store(const std::filesystem::path& file, const ScratchFolder& scratch);

}  // namespace l2l
