// The corpus of good and bad suites in tests/support/suites.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/places.hpp"

namespace l2l::test {

inline std::filesystem::path corpus(const std::string& folder) {
  return source("tests/support/suites/" + folder);
}

inline std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// The good corpus and the suites that are shipped.
inline std::vector<std::filesystem::path> good_suites() {
  std::vector<std::filesystem::path> files = yaml_files(corpus("good"));
  for (const auto& file : yaml_files(source("suites"))) files.push_back(file);
  return files;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The first line of a bad suite: "# CLASS [FILE:]LINE:COLUMN FRAGMENT". CLASS is `structure` (a JSON Schema
/// rejects it too), `semantics` (what no schema can express) or `syntax` (there is no JSON to validate).
struct Expected {
  std::string kind;
  std::string place;
  std::string fragment;
};

inline Expected expectation(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string hash;
  Expected expected;
  file >> hash >> expected.kind >> expected.place;
  std::getline(file >> std::ws, expected.fragment);
  return expected;
}

}  // namespace l2l::test
