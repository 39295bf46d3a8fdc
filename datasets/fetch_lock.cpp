#include "datasets/fetch_lock.hpp"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/files.hpp"

namespace l2l {

FetchLock::FetchLock(const std::filesystem::path& folder, const FetchOptions& options) {
  const std::filesystem::path path = folder / ".lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw_io_error(path, "open", errno);
  bool told = false;
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int error_number = errno;
    const bool stopping = options.stopping();
    if ((error_number == EWOULDBLOCK || error_number == EINTR) && !stopping) {
      if (!told)
        options.note(fmt::format("another process is fetching into {}: waiting for it", folder.string()));
      told = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    ::close(descriptor_);
    if (stopping)
      throw Error(ErrorCode::interrupted, {path.string()}, "stopped while waiting for another fetch",
                  "start it again");
    throw_io_error(path, "lock", error_number);
  }
}

FetchLock::~FetchLock() {
  ::close(descriptor_);
}

}  // namespace l2l
