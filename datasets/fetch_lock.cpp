#include "datasets/fetch_lock.hpp"

#include <cerrno>
#include <thread>

#include "core/files.hpp"

namespace l2l {

FetchLock::FetchLock(const std::filesystem::path& folder, const FetchOptions& options)
    : lock_(folder / ".lock") {
  const std::filesystem::path path = folder / ".lock";
  if (!lock_.is_open()) throw_io_error(path, "open", lock_.error());
  bool told = false;
  while (!lock_.try_lock()) {
    if (lock_.error() != EWOULDBLOCK && lock_.error() != EINTR) throw_io_error(path, "lock", lock_.error());
    if (options.stopping())
      throw Error(ErrorCode::interrupted, {path.string()}, "stopped while waiting for another fetch",
                  "start it again");
    if (!told)
      options.note(fmt::format("another process is fetching into {}: waiting for it", folder.string()));
    told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace l2l
