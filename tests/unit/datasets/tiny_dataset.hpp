// A dataset of five 2 x 3 images in training and two in test, as files in memory.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>

#include "core/digest.hpp"
#include "datasets/catalog.hpp"

namespace l2l::test {

inline std::string idx_bytes(std::initializer_list<std::uint32_t> sizes, const std::string& values) {
  std::string bytes = {0, 0, 8, static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift);
  }
  return bytes + values;
}

struct TinyDataset {
  std::map<std::string, std::string> files;
  DatasetEntry entry;

  TinyDataset() {
    std::string pixels;
    for (int i = 0; i < 30; ++i) pixels += static_cast<char>(8 * i + 7);
    files["train-images"] = idx_bytes({5, 2, 3}, pixels);
    files["train-labels"] = idx_bytes({5}, {0, 1, 2, 1, 0});
    files["test-images"] = idx_bytes({2, 2, 3}, pixels.substr(6, 12));
    files["test-labels"] = idx_bytes({2}, {2, 1});
    entry.name = "tiny";
    entry.title = "a tiny dataset";
    entry.format = DatasetFormat::idx;
    entry.image = {2, 3, 1};
    entry.classes = 3;
    entry.parts["train"] = {{"train-images", "train-labels"}, 5};
    entry.parts["test"] = {{"test-images", "test-labels"}, 2};
    describe_files();
  }

  /// Makes the entry say what the files are, after a test has changed them.
  void describe_files() {
    entry.files.clear();
    for (const auto& [name, bytes] : files) entry.files.push_back({name, bytes.size(), sha256_hex(bytes)});
  }
};

}  // namespace l2l::test
