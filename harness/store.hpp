// The results of a run: SQLite (WAL, synchronous=FULL), one writer, one transaction per finished job.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/job.hpp"

namespace l2l {

enum class StoreMode {
  write,  ///< creates it if missing; refuses (Error{store}) if another process writes to it
  read,   ///< must exist; any number of readers beside one writer
  peek,   ///< as read, for a moment and without a trace: no file appears beside a store nobody writes to
};

/// All calls are thread-safe.
class Store {
 public:
  Store(const std::filesystem::path& file, StoreMode mode);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  bool has(const std::string& key) const;
  /// The stored result, its digest checked (Error{store} where the bits do not match).
  std::optional<JobResult> get(const std::string& key) const;
  /// Stores a finished job: one durable transaction that also drops its checkpoint and failure.
  void put(const Job& job, const JobResult& result, double seconds);
  /// Copies those of the jobs that `other` holds undamaged, bits and digests unchanged, a durable
  /// transaction per few dozen. Returns their keys.
  std::vector<std::string> adopt(const Store& other, const std::vector<Job>& jobs);
  std::optional<std::string> digest(const std::string& key) const;
  std::optional<double> seconds(const std::string& key) const;

  /// Progress of an unfinished job (a meta-training after an epoch); replaces the one before.
  void put_checkpoint(const std::string& key, const std::string& bytes);
  /// A damaged checkpoint counts as none: it only costs time.
  std::optional<std::string> checkpoint(const std::string& key) const;

  /// A job that failed (an error, not divergence), for `status` and the report.
  void put_failure(const Job& job, const std::string& message);
  std::optional<std::string> failure(const std::string& key) const;

  std::vector<std::string> keys() const;  ///< of all stored results, sorted

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace l2l
