// The results of a run: SQLite (WAL, synchronous=FULL), one writer, one transaction per finished job.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/plan/job.hpp"

namespace l2l {

namespace sqlite {
class Transaction;
}

enum class StoreMode {
  write,  ///< creates it if missing; refuses (Error{store}) if another process writes to it
  read,   ///< must exist; any number of readers beside one writer
  peek,   ///< as read, for a moment and without a trace: no file appears beside a store nobody writes to
  merge,  ///< as write, but without WAL: processes on several machines may take turns, and read meanwhile
  sole,  ///< writes a file that no other process knows of: without a lock and without WAL, which needs memory
         ///< shared between processes, so it may lie on a network file system
};

/// One result under one key, twice, with different bits.
struct Conflict {
  std::string key, label;
  std::string kept_digest, kept_origin;    ///< in this store: the first that came
  std::string other_digest, other_origin;  ///< the one refused
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
  /// Copies those of the jobs that `other` holds undamaged, bits, digests and origins unchanged, a durable
  /// transaction per thousand. Returns their keys.
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
  std::map<std::string, std::string> failures() const;  ///< all, by key

  std::vector<std::string> keys() const;                         ///< of all stored results, sorted
  std::unordered_map<std::string, std::string> digests() const;  ///< of all stored results, by key

  /// What results put from now on come from: host, shard, program, ... as one line of text.
  void set_origin(const std::string& origin);
  /// Where a result was computed; empty where that was not recorded.
  std::string origin(const std::string& key) const;

  /// While one is there, whatever is put becomes durable with its commit(), or not at all: keys are
  /// scattered, and a page of an index that many results share is then written once. One at a time.
  class Batch {
   public:
    explicit Batch(Store& store);
    ~Batch();
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    std::size_t bytes() const;  ///< of the results put since it began
    void commit();

   private:
    Store& store_;
    std::unique_ptr<sqlite::Transaction> transaction_;
  };

  bool used() const;  ///< holds a result, a checkpoint or a failure

  /// Remembered until resolve_conflicts(): a wrong result somewhere, or a machine that computes other bits.
  void put_conflict(const Conflict& conflict);
  std::vector<Conflict> conflicts() const;  ///< by key
  void resolve_conflicts(const std::string& key);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace l2l
