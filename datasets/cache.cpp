#include "datasets/cache.hpp"

#include <cstdlib>
#include <system_error>

#include "core/digest.hpp"
#include "core/error.hpp"

namespace l2l {

std::filesystem::path cache_folder() {
  const auto set = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  if (const auto own = set("L2LBENCH_DATA"); !own.empty()) return own;
  if (const auto xdg = set("XDG_CACHE_HOME"); !xdg.empty()) return std::filesystem::path(xdg) / "l2lbench";
  if (const auto home = set("HOME"); !home.empty())
    return std::filesystem::path(home) / ".cache" / "l2lbench";
  throw Error(ErrorCode::environment, "there is no folder for datasets: $HOME is not set",
              "set L2LBENCH_DATA to a folder");
}

std::filesystem::path dataset_folder(const std::string& name) {
  return cache_folder() / name;
}

FileState file_state(const CatalogFile& file, const std::filesystem::path& folder, bool checksum) {
  const std::filesystem::path path = folder / file.name;
  std::error_code failure;
  const std::uint64_t size = std::filesystem::file_size(path, failure);
  if (failure) return FileState::absent;
  if (size != file.size) return FileState::wrong_size;
  if (checksum && sha256_hex_of_file(path) != file.sha256) return FileState::wrong_checksum;
  return FileState::good;
}

const char* to_string(FileState state) {
  switch (state) {
    case FileState::good:
      return "good";
    case FileState::absent:
      return "absent";
    case FileState::wrong_size:
      return "wrong size";
    case FileState::wrong_checksum:
      return "wrong checksum";
  }
  L2L_CHECK(false, "state={}", static_cast<int>(state));
}

}  // namespace l2l
