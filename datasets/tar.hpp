// The members of a tar.gz archive, one after another, and files of a dataset out of it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/source.hpp"

struct archive;

namespace l2l {

class TarReader {
 public:
  /// @param origin  names the archive in errors
  /// Throws SourceFailure if it cannot be opened.
  TarReader(const std::filesystem::path& path, std::string origin);

  /// The path of the next member, or false at the end. Throws SourceFailure: damaged archive.
  bool next(std::filesystem::path& member);
  /// The bytes of that member, chunk by chunk. Throws SourceFailure: damaged archive.
  void read(const std::function<void(std::string_view)>& chunk);

  const std::string& origin() const { return origin_; }

 private:
  struct Free {
    void operator()(archive* handle) const;
  };
  [[noreturn]] void fail_damaged() const;

  std::string origin_;
  std::unique_ptr<archive, Free> reader_;
};

/// What becomes of a file of a dataset.
struct FileOutcome {
  std::function<void(const CatalogFile&)> installed;  ///< it is in place
  std::function<void(const SourceFailure&)> failed;   ///< the source does not have it right
};

/// Installs `files` in `folder` from the members `inside`/name of an archive.
/// Throws SourceFailure if the archive is damaged.
void install_from_tar(const std::filesystem::path& archive_path, const std::string& origin,
                      const std::string& inside, const std::vector<CatalogFile>& files,
                      const std::filesystem::path& folder, const FileOutcome& outcome);

}  // namespace l2l
