// Keeps two processes from fetching into one another.
#pragma once

#include <filesystem>

#include "datasets/fetch.hpp"

namespace l2l {

/// Holds the lock of a folder while it lives; a crash frees it too.
class FetchLock {
 public:
  /// Waits until the lock is free. Throws Error{interrupted} when a stop is requested meanwhile.
  FetchLock(const std::filesystem::path& folder, const FetchOptions& options);
  ~FetchLock();
  FetchLock(const FetchLock&) = delete;
  FetchLock& operator=(const FetchLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace l2l
