// The examples of a few classes of a dataset, without a copy of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "datasets/dataset.hpp"

namespace l2l {

struct LabelSubset {
  std::vector<std::uint32_t> examples;            ///< their indices, ascending
  std::array<std::uint8_t, 256> renumbered = {};  ///< label -> its place among the chosen ones
  int classes = 0;                                ///< how many were chosen
};

/// The examples of [begin, end) whose label is among `labels` (distinct, below data.classes).
/// Throws Error{suite} where the range has none of one of them.
std::shared_ptr<const LabelSubset> make_label_subset(const ImageDataset& data, std::size_t begin,
                                                     std::size_t end, std::span<const int> labels);

}  // namespace l2l
