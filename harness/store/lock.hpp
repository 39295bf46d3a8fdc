// One writer per store: an advisory lock that the kernel drops when the process dies, however it dies.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace l2l {

class StoreLock {
 public:
  /// Locks `file` (created if missing) and writes the process id into it.
  /// Throws Error{store} naming the process that holds it.
  /// @param option  of the command line, with which another place can be chosen
  explicit StoreLock(const std::filesystem::path& file, std::string_view option = "--run");
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// The process that holds the lock of `file`, as text; empty where nobody does.
std::string lock_holder(const std::filesystem::path& file);

}  // namespace l2l
