#include "core/ndarray.hpp"

#include <bit>
#include <cstring>
#include <functional>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace l2l {
namespace {

static_assert(std::endian::native == std::endian::little,
              "arrays are written in memory order, which must be little endian");

constexpr std::string_view kDtypes[] = {"<f4", "<f8", "|u1"};  // in the order of the variant
static_assert(std::size(kDtypes) == std::variant_size_v<NdArray::Values>);

template <class T>
std::vector<T> copied(std::span<const std::byte> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace

std::size_t size_of(const std::vector<std::size_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string shape_text(const std::vector<std::size_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

std::string_view dtype_of(const NdArray::Values& values) {
  return kDtypes[values.index()];
}

std::size_t width_of(const NdArray::Values& values) {
  return std::visit([](const auto& v) { return sizeof(v[0]); }, values);
}

std::size_t count_of(const NdArray::Values& values) {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

std::span<const std::byte> bytes_of(const NdArray::Values& values) {
  return std::visit([](const auto& v) { return std::as_bytes(std::span(v)); }, values);
}

std::optional<NdArray::Values> values_from(std::string_view dtype, std::span<const std::byte> bytes) {
  if (dtype == kDtypes[0]) return copied<float>(bytes);
  if (dtype == kDtypes[1]) return copied<double>(bytes);
  if (dtype == kDtypes[2]) return copied<std::uint8_t>(bytes);
  return std::nullopt;
}

}  // namespace l2l
