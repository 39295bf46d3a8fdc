// Keeps two processes from fetching into one another.
#pragma once

#include <filesystem>

#include "core/file_lock.hpp"
#include "datasets/fetch_options.hpp"

namespace l2l {

/// Holds the lock of a folder while it lives; a crash frees it too.
class FetchLock {
 public:
  /// Waits until the lock is free. Throws Error{interrupted} when a stop is requested meanwhile.
  FetchLock(const std::filesystem::path& folder, const FetchOptions& options);

 private:
  FileLock lock_;
};

}  // namespace l2l
