// What the ways to get a file have in common.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/files.hpp"
#include "datasets/catalog.hpp"

namespace l2l {

/// One source could not provide a file: another may. Any other Error ends the fetch.
class SourceFailure : public Error {
 public:
  enum class Reason {
    unreachable,  ///< nothing at all can be had from it
    absent,       ///< it does not have this file
    broken,       ///< what it gave is incomplete or wrong
  };
  SourceFailure(Reason reason, ErrorCode code, std::string where, std::string what);
  /// Of what came from `origin`.
  static SourceFailure broken(const std::string& origin, std::string what);

  Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

/// A file of the catalogue on its way into a folder: it appears there on commit(), if its size and SHA-256
/// are right; otherwise nothing of it stays.
class VerifiedFile {
 public:
  /// @param origin  names where the bytes come from in errors
  VerifiedFile(const CatalogFile& file, const std::filesystem::path& folder, std::string origin);
  /// Throws SourceFailure as soon as there are too many bytes.
  void write(std::string_view bytes);
  /// Throws SourceFailure if there were too few bytes or the wrong ones.
  void commit();

 private:
  CatalogFile file_;
  std::string origin_;
  AtomicFile out_;
  Sha256 sha256_;
  std::uint64_t written_ = 0;
};

/// Installs `file` in `folder` from a local copy of it, decompressing a gzip one.
/// Throws SourceFailure: truncated or damaged gzip, wrong size, wrong checksum.
void install_file(const CatalogFile& file, const std::filesystem::path& folder,
                  const std::filesystem::path& copy, bool gzip, const std::string& origin);

}  // namespace l2l
