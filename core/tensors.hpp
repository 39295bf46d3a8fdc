// xtensor's tensors, whose rank the type knows, of arrays and spans. Rules of use: HACKING.md.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>

#include "core/error.hpp"
#include "core/ndarray.hpp"

namespace l2l {

/// A copy of an array of rank N, its values converted to T.
template <class T, std::size_t N>
xt::xtensor<T, N> tensor_of(const NdArray& array) {
  L2L_CHECK(array.shape.size() == N && size_of(array.shape) == count_of(array.values),
            "shape {} with {} values, expected {} dimensions", shape_text(array.shape),
            count_of(array.values), N);
  std::array<std::size_t, N> shape;
  std::copy(array.shape.begin(), array.shape.end(), shape.begin());
  auto tensor = xt::xtensor<T, N>::from_shape(shape);
  std::visit([&](const auto& values) { std::copy(values.begin(), values.end(), tensor.begin()); },
             array.values);
  return tensor;
}

/// The values of a span under a shape, in place: size_of(shape) of them.
template <class T, std::size_t N>
auto shaped(std::span<T> values, const std::array<std::size_t, N>& shape) {
  return xt::adapt(values.data(), values.size(), xt::no_ownership(), shape);
}

/// Values at one index of the first axis; without a division, for inner loops.
template <class Tensor>
std::size_t slice_size(const Tensor& tensor) {
  std::size_t size = 1;
  for (std::size_t axis = 1; axis < tensor.dimension(); ++axis) size *= tensor.shape(axis);
  return size;
}

/// What stands at `index` of the first axis, in one piece.
template <class T, std::size_t N>
std::span<T> slice(xt::xtensor<T, N>& tensor, std::size_t index) {
  const std::size_t size = slice_size(tensor);
  return {tensor.data() + index * size, size};
}
template <class T, std::size_t N>
std::span<const T> slice(const xt::xtensor<T, N>& tensor, std::size_t index) {
  const std::size_t size = slice_size(tensor);
  return {tensor.data() + index * size, size};
}

}  // namespace l2l
