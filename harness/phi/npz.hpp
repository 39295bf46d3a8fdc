// NumPy's .npz: an uncompressed zip of .npy arrays. Only what l2lbench writes: C order, float32, float64 and
// uint8.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/ndarray.hpp"

namespace l2l {

/// The bytes of an .npz, the same for the same arrays (no clock in it). Names come without ".npy".
std::string encode_npz(const std::map<std::string, NdArray>& arrays);

/// Throws Error{format} naming `origin` where the bytes are no .npz, are damaged, or hold other types.
std::map<std::string, NdArray> decode_npz(const std::string& bytes, const std::string& origin);

/// One .npy of it. Throws like decode_npz.
NdArray decode_npy(std::string_view bytes, const std::string& origin, const std::string& name);

}  // namespace l2l
