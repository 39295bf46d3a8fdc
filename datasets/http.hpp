// Downloads over http and https that continue where they were cut off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "datasets/fetch_options.hpp"

namespace l2l {

class HttpDownloader {
 public:
  /// @param options must outlive the object
  explicit HttpDownloader(const FetchOptions& options) : options_(options) {}

  /// Downloads `url` to the file `part`, continuing what is already in it; a cut or stalled transfer is
  /// continued as long as that gets anywhere.
  /// @param limit  the most bytes the file can have
  /// @returns whether bytes of an earlier download were kept
  /// Throws SourceFailure, Error{interrupted}, or Error{environment} of the disk.
  bool download(const std::string& url, const std::filesystem::path& part, std::uint64_t limit);

  /// Whether the host of `url` did not answer an earlier download: it is not worth asking again.
  bool is_dead(const std::string& url) const;

 private:
  const FetchOptions& options_;
  std::set<std::string> dead_hosts_;
};

}  // namespace l2l
