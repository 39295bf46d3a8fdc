// The golden vectors of this repository, and damaged copies of them.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/conformance.hpp"

namespace l2l {

inline std::filesystem::path golden_directory() {
  return std::filesystem::path(L2L_SOURCE_DIR) / "tests/golden/vectors";
}

inline nlohmann::json load_golden(const std::string& name) {
  std::ifstream in(golden_directory() / name);
  return nlohmann::json::parse(in);
}

/// A directory of its own that disappears with it.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "l2l-golden-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  FileCheck check(const std::string& name, const nlohmann::json& content) const {
    return check_golden_file(write(name, content.dump()));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace l2l
