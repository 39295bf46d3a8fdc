// A dataset of two files of bytes, a folder to fetch it into, and what the fetch said.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

#include "core/digest.hpp"
#include "core/files.hpp"
#include "core/random.hpp"
#include "datasets/fetch.hpp"
#include "tests/support/temporary_folder.hpp"

namespace l2l::test {

inline std::string gzip(const std::string& bytes) {
  archive* out = archive_write_new();
  archive_write_add_filter_gzip(out);
  archive_write_set_format_raw(out);
  std::string zipped(2 * bytes.size() + 1024, '\0');
  std::size_t used = 0;
  archive_write_open_memory(out, zipped.data(), zipped.size(), &used);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_write_header(out, entry);
  archive_write_data(out, bytes.data(), bytes.size());
  archive_entry_free(entry);
  archive_write_free(out);
  zipped.resize(used);
  return zipped;
}

class Recorder : public FetchProgress {
 public:
  void note(const std::string& line) override {
    const std::lock_guard lock(mutex_);
    text_ += line + "\n";
  }
  void advance(const std::string&, std::uint64_t done, std::uint64_t) override {
    const std::lock_guard lock(mutex_);
    most_ = std::max(most_, done);
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  std::uint64_t most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
  std::uint64_t most_ = 0;
};

struct FetchFixture {
  static constexpr std::size_t kLarge = 300000;
  std::map<std::string, std::string> plain;   ///< the right files
  std::map<std::string, std::string> zipped;  ///< the same as NAME.gz
  DatasetEntry entry;
  TemporaryFolder temporary;
  std::filesystem::path cache = temporary.path() / "cache" / "blobs";
  Recorder said;
  FetchOptions options;

  FetchFixture() {
    std::string bytes;
    const RandomStream random(1);
    for (std::size_t i = 0; i < kLarge; ++i) bytes += static_cast<char>(random.below(i, 256));
    plain = {{"large", bytes}, {"small", "a few bytes"}};
    entry.name = "blobs";
    for (const auto& [name, content] : plain) {
      zipped[name + ".gz"] = gzip(content);
      entry.files.push_back({name, content.size(), sha256_hex(content)});
    }
    options.progress = &said;
    options.stall_timeout = std::chrono::seconds(600);  // however slow the machine is
  }

  std::size_t fetch() { return fetch_dataset(entry, cache, options); }

  void put_part(const std::string& name, const std::string& bytes) {
    create_folders(cache);
    write_file_atomically(cache / name, bytes);
  }

  /// Names in the cache apart from the lock.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& item : std::filesystem::directory_iterator(cache)) {
      if (item.path().filename() != ".lock") found.push_back(item.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  /// Both files are there with the right bytes, and nothing else is.
  bool complete() const {
    return names() == std::vector<std::string>{"large", "small"} &&
           read_file(cache / "large") == plain.at("large") && read_file(cache / "small") == plain.at("small");
  }
};

}  // namespace l2l::test
