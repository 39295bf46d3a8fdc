#include "core/files.hpp"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace l2l {
namespace {

constexpr std::string_view kTemporaryMark = ".l2l-tmp-";

int open_retrying(const std::filesystem::path& path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

int flags_of(OutputFile::Mode mode) {
  switch (mode) {
    case OutputFile::Mode::truncate:
      return O_WRONLY | O_CREAT | O_TRUNC;
    case OutputFile::Mode::append:
      return O_WRONLY | O_CREAT | O_APPEND;
    case OutputFile::Mode::create_new:
      return O_WRONLY | O_CREAT | O_EXCL;
  }
  L2L_CHECK(false, "mode={}", static_cast<int>(mode));
}

void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = open_retrying(folder, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) throw_io_error(folder, "open", errno);
  const int failed = ::fsync(descriptor);
  const int error_number = errno;
  ::close(descriptor);
  // Some network file systems cannot sync a folder and say so with EINVAL: there is nothing more to do.
  if (failed != 0 && error_number != EINVAL) throw_io_error(folder, "sync", error_number);
}

std::filesystem::path temporary_name(const std::filesystem::path& target) {
  static std::atomic<unsigned> counter{0};
  std::filesystem::path name;
  do {
    name = target;
    name += fmt::format("{}{}-{}", kTemporaryMark, ::getpid(), counter++);
  } while (::access(name.c_str(), F_OK) == 0);
  return name;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

void throw_io_error(const std::filesystem::path& path, std::string_view action, int error_number,
                    ErrorCode code) {
  const std::string what = fmt::format("cannot {}: {}", action, std::strerror(error_number));
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      throw Error(code, {path.string()},
                  fmt::format("cannot {}: the disk is full ({})", action, std::strerror(error_number)),
                  fmt::format("free some space in {}, or use another disk", folder_of(path).string()));
    case EACCES:
    case EPERM:
    case EROFS:
      throw Error(code, {path.string()}, what, "check the permissions");
    case ENOENT:
    case ENOTDIR:
      throw Error(code, {path.string()}, what, "check the path");
    default:
      throw Error(code, {path.string()}, what, "check the disk");
  }
}

std::string read_file(const std::filesystem::path& path, ErrorCode code) {
  const int descriptor = open_retrying(path, O_RDONLY);
  if (descriptor < 0) throw_io_error(path, "read", errno, code);
  struct Closer {
    int descriptor;
    ~Closer() { ::close(descriptor); }
  } const closer{descriptor};
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) throw_io_error(path, "read", errno, code);
  if (S_ISDIR(status.st_mode)) throw_io_error(path, "read", EISDIR, code);
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (true) {
    // Pipes and files that grow meanwhile are longer than fstat said.
    if (filled == bytes.size()) bytes.resize(bytes.size() + 4096);
    const ssize_t got = ::read(descriptor, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_io_error(path, "read", errno, code);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

void create_folders(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw_io_error(folder, "create the folder", failure.value());
}

OutputFile::OutputFile(std::filesystem::path path, Mode mode) : path_(std::move(path)) {
  descriptor_ = open_retrying(path_, flags_of(mode));
  if (descriptor_ < 0) throw_io_error(path_, "write", errno);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_io_error(path_, "write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void OutputFile::truncate() {
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0)
    throw_io_error(path_, "write", errno);
}

void OutputFile::sync() {
  if (::fsync(descriptor_) != 0) throw_io_error(path_, "sync", errno);
}

void OutputFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) throw_io_error(path_, "write", errno);
}

AtomicFile::AtomicFile(std::filesystem::path target)
    : target_(std::move(target)), file_(temporary_name(target_), OutputFile::Mode::create_new) {}

AtomicFile::~AtomicFile() {
  if (!committed_) ::unlink(file_.path().c_str());
}

void AtomicFile::commit() {
  file_.sync();
  file_.close();
  if (::rename(file_.path().c_str(), target_.c_str()) != 0) throw_io_error(target_, "write", errno);
  committed_ = true;
  sync_folder(folder_of(target_));
}

bool AtomicFile::is_temporary(const std::filesystem::path& path) {
  return path.filename().string().find(kTemporaryMark) != std::string::npos;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace l2l
