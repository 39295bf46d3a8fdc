// The history of a suite: what every night found, one SQLite file, appended to and never changed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace l2l {

/// One night. Its id is a digest of the rest: the same night is added once, wherever it comes from.
struct HistoryEntry {
  std::string machine_key;  ///< of CPU model, instruction set and cores: what makes times comparable
  std::string machine;      ///< the same in words
  std::string suite, revision, ended;
  bool dirty = false;
  std::map<std::string, double> metrics;  ///< name -> value; of cells: geometric means over seeds

  std::string id() const;
};

/// From a manifest's `machine`: neither the host's name nor its clock rate of the moment.
std::string machine_key(const nlohmann::json& machine);

/// Throws Error{store} for a run that has not ended.
HistoryEntry history_entry(const std::filesystem::path& run_directory);

class History {
 public:
  explicit History(const std::filesystem::path& file);  ///< created where missing
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  bool add(const HistoryEntry& entry);      ///< false: it was there already
  std::size_t merge(const History& other);  ///< entries that were new
  /// Of one suite on one kind of machine, in the order they ended.
  std::vector<HistoryEntry> entries(const std::string& machine_key, const std::string& suite) const;
  /// (machine key, its words, suite) of everything there.
  struct Series {
    std::string machine_key, machine, suite;
    std::size_t nights = 0;
  };
  std::vector<Series> series() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A change of level of one metric.
struct HistoryChange {
  std::string metric;
  double before = 0, after = 0;      ///< medians of the segments on both sides
  std::string last_good, first_bad;  ///< revisions: the change is in (last_good, first_bad]
  std::string since;                 ///< when the first night of the new level ended
};
std::vector<HistoryChange> history_changes(const std::vector<HistoryEntry>& entries);

}  // namespace l2l
