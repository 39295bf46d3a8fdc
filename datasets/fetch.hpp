// Fetching datasets into the cache: download or copy, decompress, verify, and only then put in place.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include "datasets/catalog.hpp"
#include "datasets/progress.hpp"

namespace l2l {

struct FetchOptions {
  /// A folder or base URL (http, https, file) of one's own with the files as they are or as .gz, or a folder
  /// with the archive that the catalogue names; empty: the sources of the catalogue.
  std::string from;
  FetchProgress* progress = nullptr;     ///< null: silent
  std::function<bool()> stop_requested;  ///< polled; true ends the fetch with Error{interrupted}
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds stall_timeout{20'000};  ///< a transfer slower than 1 kB/s for so long has stalled

  bool stopping() const { return stop_requested && stop_requested(); }
  void note(const std::string& line) const {
    if (progress) progress->note(line);
  }
};

/// Brings every file of a dataset that is absent or damaged into `folder`. A second process waits for the
/// first. Whatever goes wrong, a file is in the folder with the right bytes or not at all; a broken transfer
/// leaves a .part file that the next fetch continues.
/// Throws Error{environment} (network, disk), Error{data} (a source has wrong bytes), Error{interrupted}.
/// @returns the number of files that were fetched
std::size_t fetch_dataset(const DatasetEntry& entry, const std::filesystem::path& folder,
                          const FetchOptions& options);

/// Fetches a dataset of the catalogue into the cache if a file of it is absent or has the wrong size;
/// load_dataset checks the bytes.
void ensure_dataset(const std::string& name, const FetchOptions& options);

}  // namespace l2l
