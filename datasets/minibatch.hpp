// Minibatches as pure functions of (seed, step): step t of a problem is the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "datasets/dataset.hpp"

namespace l2l {

/// Draws the example indices of a minibatch, uniformly and with replacement, from [begin, end):
/// indices[i] = begin + RandomStream(seed, step).below(i, end - begin).
/// @param seed  of the problem's minibatches; use it for nothing else, streams are told apart by step only
void draw_minibatch(std::uint64_t seed, std::uint64_t step, std::size_t begin, std::size_t end,
                    std::span<std::uint32_t> indices);

/// planar: an image is (channels, rows, columns), as datasets are; interleaved: (rows, columns, channels).
enum class PixelOrder { planar, interleaved };

/// Gathers the examples of a minibatch.
/// @param pixels  out: indices.size() x dataset.features(), row-major, v / 255 in [0, 1], rounded once
/// @param labels  out: indices.size() class numbers
/// @param order   of the values of an example in `pixels`
template <class Real>
void gather_minibatch(const ImageDataset& dataset, std::span<const std::uint32_t> indices,
                      std::span<Real> pixels, std::span<std::uint8_t> labels,
                      PixelOrder order = PixelOrder::planar);

}  // namespace l2l
