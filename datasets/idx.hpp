// IDX, the format of MNIST: 00 00 08 rank, then `rank` big-endian 32-bit sizes, then one byte per value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace l2l {

/// An array of unsigned bytes inside a buffer that somebody else owns.
struct IdxView {
  std::vector<std::size_t> sizes;        ///< slowest dimension first
  std::span<const std::uint8_t> values;  ///< row-major, product of the sizes
};

/// Parses an IDX file of unsigned bytes.
/// @param bytes  the whole file; must outlive the view
/// @param name   names the file in errors
/// @param rank   the number of dimensions it must have (1 labels, 3 images), which is part of its magic
/// number Throws Error{data}: wrong magic, impossible dimensions, short file, trailing bytes.
IdxView parse_idx(std::string_view bytes, const std::string& name, std::size_t rank);

}  // namespace l2l
