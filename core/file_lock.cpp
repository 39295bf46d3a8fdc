#include "core/file_lock.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace l2l {

FileLock::FileLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)),
      error_(descriptor_ < 0 ? errno : 0) {}

FileLock::~FileLock() {
  if (is_open()) ::close(descriptor_);
}

bool FileLock::try_lock() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
  error_ = errno;
  return false;
}

}  // namespace l2l
