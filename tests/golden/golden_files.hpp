// The golden vectors of this repository, and damaged copies of them.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "core/json.hpp"
#include "harness/conformance/conformance.hpp"
#include "tests/support/places.hpp"
#include "tests/support/temporary_folder.hpp"

namespace l2l {

inline std::filesystem::path golden_directory() {
  return test::source("tests/golden/vectors");
}

inline nlohmann::json load_golden(const std::string& name) {
  std::ifstream in(golden_directory() / name);
  return nlohmann::json::parse(in);
}

/// A directory of its own that disappears with it.
class ScratchDirectory : public test::TemporaryFolder {
 public:
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path() / name) << text;
    return path() / name;
  }
  FileCheck check(const std::string& name, const nlohmann::json& content) const {
    return check_golden_file(write(name, content.dump()));
  }
};

}  // namespace l2l
