// Runs a primitive over a range of floats, given as bit patterns, and measures its error against a reference
// in double precision. Plain structs only: this header is compiled once for every instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace l2l::testing {

inline constexpr std::size_t kScanMaxRows = 7;  ///< results a primitive has for one input

struct Scan {
  std::uint32_t first = 0;   ///< bits of the first input
  std::uint32_t stride = 1;  ///< from input to input
  std::size_t count = 0;     ///< a multiple of 16
  const float* given;        ///< results of a function that is compiled elsewhere: [row][count]; or null
  bool with_reference;       ///< measure errors as well, or only the checksum
};

struct ScanResult {
  double worst[kScanMaxRows] = {};  ///< largest error of each row, in the unit of the primitive
  std::uint32_t checksum = 0;       ///< of all results but NaN, whatever their order
  std::uint64_t inputs = 0;         ///< in the domain of the primitive
  std::uint64_t wrong = 0;          ///< NaN from a number, or a number from NaN
};

}  // namespace l2l::testing
