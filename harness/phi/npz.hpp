// NumPy's .npz: an uncompressed zip of .npy arrays. Only what l2lbench writes: C order, float32 and uint8.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace l2l {

struct NpyArray {
  std::vector<std::size_t> shape;
  std::variant<std::vector<float>, std::vector<std::uint8_t>> values;
};

/// The bytes of an .npz, the same for the same arrays (no clock in it). Names come without ".npy".
std::string encode_npz(const std::map<std::string, NpyArray>& arrays);

/// Throws Error{format} naming `origin` where the bytes are no .npz, are damaged, or hold other types.
std::map<std::string, NpyArray> decode_npz(const std::string& bytes, const std::string& origin);

/// One .npy of it. Throws like decode_npz.
NpyArray decode_npy(std::string_view bytes, const std::string& origin, const std::string& name);

}  // namespace l2l
