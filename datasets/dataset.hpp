// Labelled images in memory, shared by every job of the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/catalog.hpp"

namespace l2l {

/// Labelled images of one size.
struct ImageDataset {
  std::size_t count = 0;  ///< number of examples
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t channels = 0;
  std::vector<std::uint8_t> pixels;  ///< count x channels x rows x columns, row-major
  std::vector<std::uint8_t> labels;  ///< count class numbers in [0, classes)
  int classes = 0;

  std::size_t features() const { return rows * columns * channels; }  ///< values per example
};

/// A part of a dataset ("train" or "test") from the cache folder. Each part is read and checked against its
/// SHA-256 once per process; every caller shares the bytes. Thread-safe.
/// Throws Error{data}, with the command that fetches it, if it is absent or damaged;
/// Error{usage} if the catalogue has no such dataset or part.
std::shared_ptr<const ImageDataset> load_dataset(const std::string& name, const std::string& part);

/// The same for any catalogue entry and folder, read anew on each call.
std::shared_ptr<const ImageDataset> read_dataset(const DatasetEntry& entry, const std::string& part,
                                                 const std::filesystem::path& folder);

}  // namespace l2l
