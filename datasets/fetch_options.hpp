// How a dataset is fetched: what every part of fetching is told.
#pragma once

#include <chrono>
#include <functional>
#include <string>

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

}  // namespace l2l
