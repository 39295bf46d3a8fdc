// Reading whole files, and writing so that a file is either there in full or not there at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace l2l {

/// Throws the Error that fits errno after a failed operation on a path: a full disk (ENOSPC, EDQUOT, EFBIG),
/// missing permission and a missing file each have their own words and hint.
/// @param action  what was attempted, for instance "write"
[[noreturn]] void throw_io_error(const std::filesystem::path& path, std::string_view action, int error_number,
                                 ErrorCode code = ErrorCode::environment);

/// The bytes of a file. Throws Error{code} if it cannot be read.
std::string read_file(const std::filesystem::path& path, ErrorCode code = ErrorCode::environment);

/// Creates a folder and its parents. Throws Error{environment}.
void create_folders(const std::filesystem::path& folder);

/// An open file that is written from front to back; every failure is an Error{environment}.
class OutputFile {
 public:
  enum class Mode { truncate, append, create_new };
  OutputFile(std::filesystem::path path, Mode mode);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  void truncate();  ///< back to an empty file
  void sync();      ///< the bytes are on the disk when it returns
  void close();     ///< reports what a late write failure left; the destructor cannot
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// A file that appears under its name only on commit(): written under a temporary name in the same folder,
/// synced, renamed, and the folder synced. Without commit() nothing is left behind.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes) { file_.write(bytes); }
  void commit();

  /// Whether a file name is one that a killed writer may have left behind.
  static bool is_temporary(const std::filesystem::path& path);

 private:
  std::filesystem::path target_;
  OutputFile file_;
  bool committed_ = false;
};

/// Replaces or creates a file in one step (see AtomicFile).
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace l2l
