#include "harness/cluster/shard_store.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <set>
#include <tuple>

#include <unistd.h>

#include "core/error.hpp"
#include "core/files.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPart = ".part";

fs::path journal_of(const fs::path& store) {
  return store.string() + "-journal";
}

/// What changes when somebody writes to the store.
auto state_of(const fs::path& file) {
  std::error_code absent;
  return std::tuple(fs::file_size(file, absent), fs::last_write_time(file, absent),
                    fs::exists(journal_of(file), absent));
}

/// Copies a store and the journal of its unfinished transaction as they were at one moment.
bool copy_at_rest(const fs::path& from, const fs::path& to) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto before = state_of(from);
    std::error_code failed, absent;
    fs::remove(journal_of(to), absent);
    fs::copy_file(journal_of(from), journal_of(to), fs::copy_options::overwrite_existing, absent);
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed);
    if (!failed && state_of(from) == before) return true;
    ::usleep(50'000);
  }
  return false;
}

}  // namespace

std::filesystem::path shard_folder(const std::filesystem::path& stores, const Shard& shard,
                                   const std::optional<std::size_t>& wave) {
  return stores /
         fmt::format("{}-{}of{}", wave ? fmt::format("w{}", *wave) : "all", shard.index, shard.count);
}

std::string attempt_name() {
  const auto variable = [](const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return std::string(value && *value ? value : otherwise);
  };
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{}.{}.{}.{}.{}", variable("SLURM_JOB_ID", "local"),
                     variable("SLURM_RESTART_COUNT", "0"), variable("SLURMD_NODENAME", host), ::getpid(),
                     std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

ShardStore::ShardStore(const fs::path& folder) {
  create_folders(folder);
  sealed_ = folder / (attempt_name() + ".sqlite");
  part_ = sealed_.string() + kPart;
  store_ = std::make_unique<Store>(part_, StoreMode::sole);
}

void ShardStore::seal() {
  const bool used = store_->used();
  store_.reset();
  std::error_code failed;
  if (used) {
    fs::rename(part_, sealed_, failed);
  } else {
    fs::remove(part_, failed);
  }
  if (failed) throw_io_error(part_, "rename", failed.value());
}

std::vector<std::filesystem::path> stores_in(const std::filesystem::path& place) {
  std::error_code error;
  if (!fs::is_directory(place, error)) {
    if (!fs::exists(place, error)) {
      throw Error(ErrorCode::usage, {place.string()}, "no such store or folder of stores");
    }
    return {place};
  }
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(place, error)) {
    fs::path name = entry.path().filename();
    if (name.extension() == kPart) name.replace_extension();
    if (name.extension() == ".sqlite") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::unique_ptr<Store> open_foreign_store(const std::filesystem::path& file,
                                          const ScratchFolder& scratch) try {
  if (file.extension() != kPart) return std::make_unique<Store>(file, StoreMode::peek);
  const fs::path copy = scratch.path() / file.filename();
  if (!copy_at_rest(file, copy)) return nullptr;
  return std::make_unique<Store>(copy, StoreMode::sole);
} catch (const Error&) {
  return nullptr;
}

}  // namespace l2l
