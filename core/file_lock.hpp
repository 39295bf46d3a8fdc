// An advisory lock on a file, which the kernel drops when the process dies, however it dies.
#pragma once

#include <filesystem>

namespace l2l {

class FileLock {
 public:
  /// Opens `file`, created if missing, without locking it. Close-on-exec: a child that outlives this process
  /// must not keep it locked.
  explicit FileLock(const std::filesystem::path& file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  /// Takes the lock if nobody else has it; never waits. error() then says why not: EWOULDBLOCK or EINTR where
  /// trying again makes sense.
  bool try_lock();
  int error() const { return error_; }            ///< errno of what failed last, opening included
  int descriptor() const { return descriptor_; }  ///< for what the holder writes into the file

 private:
  int descriptor_ = -1;
  int error_ = 0;
};

}  // namespace l2l
