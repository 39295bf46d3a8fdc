#include "harness/store/lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.hpp"

namespace l2l {
namespace {

std::string written_pid(int descriptor) {
  char text[32] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
  std::string pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

}  // namespace

StoreLock::StoreLock(const std::filesystem::path& file, std::string_view option) : lock_(file) {
  if (!lock_.is_open()) {
    throw Error(ErrorCode::store, {file.string()},
                fmt::format("cannot be written: {}", std::strerror(lock_.error())),
                fmt::format("check the permissions of its directory, or choose another with {}", option));
  }
  // `status` looks at the lock for a moment: that is no reason to refuse.
  bool taken = lock_.try_lock();
  for (int attempt = 0; !taken && lock_.error() == EWOULDBLOCK && attempt < 5; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    taken = lock_.try_lock();
  }
  if (!taken && lock_.error() != EWOULDBLOCK) {
    throw Error(ErrorCode::store, {file.string()},
                fmt::format("cannot be locked: {}", std::strerror(lock_.error())),
                fmt::format("it needs a file system with flock; choose another place with {}", option));
  }
  if (!taken) {
    const std::string pid = written_pid(lock_.descriptor());
    throw Error(ErrorCode::store, {file.parent_path().string()},
                fmt::format("another l2lbench is writing to this run (process {})", pid),
                fmt::format("wait for it, stop it with `kill -INT {}`, or choose another directory with {}; "
                            "`l2lbench status` and `report` work meanwhile",
                            pid, option));
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock_.descriptor(), 0) != 0 ||
      ::pwrite(lock_.descriptor(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    throw Error(ErrorCode::environment, {file.string()},
                fmt::format("cannot be written: {}", std::strerror(errno)), "check the disk");
  }
}

std::string lock_holder(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "";
  const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
  const std::string pid = held ? written_pid(descriptor) : "";
  ::close(descriptor);
  return pid;
}

}  // namespace l2l
