// One writer per store.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/file_lock.hpp"

namespace l2l {

class StoreLock {
 public:
  /// Locks `file` (created if missing) and writes the process id into it.
  /// Throws Error{store} naming the process that holds it.
  /// @param option  of the command line, with which another place can be chosen
  explicit StoreLock(const std::filesystem::path& file, std::string_view option = "--run");

 private:
  FileLock lock_;
};

/// The process that holds the lock of `file`, as text; empty where nobody does.
std::string lock_holder(const std::filesystem::path& file);

}  // namespace l2l
