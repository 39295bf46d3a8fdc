// A dense array of any rank whose element type is known at run time: what a job's result, an .npz and a
// golden file hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace l2l {

/// Row-major. The values stand in a std::vector and not in an xt::xarray because every unit that sees a job's
/// result includes this header, and xtensor costs half a second in each; and because a damaged row of a store
/// must be held, shape and values as they were found, until its digest gives it away. Whoever computes takes
/// a tensor of it: core/tensors.hpp.
struct NdArray {
  using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::uint8_t>>;

  std::vector<std::size_t> shape;
  Values values;

  friend bool operator==(const NdArray&, const NdArray&) = default;
};

/// How many values a shape has.
std::size_t size_of(const std::vector<std::size_t>& shape);

/// "(2, 3)", for people.
std::string shape_text(const std::vector<std::size_t>& shape);

/// NumPy's name of the elements' type: "<f4", "<f8" or "|u1".
std::string_view dtype_of(const NdArray::Values& values);

/// Bytes of one value.
std::size_t width_of(const NdArray::Values& values);

/// How many values there are, whatever the shape says.
std::size_t count_of(const NdArray::Values& values);

/// The values in memory order, little endian.
std::span<const std::byte> bytes_of(const NdArray::Values& values);

/// What bytes_of() gave, back; bytes beyond the last whole value are dropped. nullopt: no such type.
std::optional<NdArray::Values> values_from(std::string_view dtype, std::span<const std::byte> bytes);

}  // namespace l2l
