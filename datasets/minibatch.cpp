#include "datasets/minibatch.hpp"

#include "core/error.hpp"
#include "core/random.hpp"

namespace l2l {
namespace {

double scaled(int value, double) {
  return value / 255.0;
}

/// value / 255 correctly rounded, without the division that would take most of a gather's time: the first
/// product is exact (255 * 0x10101 < 2^24), the second holds the rest of 1 / 255.
float scaled(int value, float) {
  const auto v = static_cast<float>(value);
  return v * 0x1.0101p-8F + v * 0x1.010101p-32F;
}

constexpr std::size_t kAhead = 4;

void prefetch(const ImageDataset& dataset, std::size_t example) {
  constexpr std::size_t kCacheLine = 64;
  const std::size_t features = dataset.features();
  if (example >= dataset.count) return;
  const std::uint8_t* from = dataset.pixels.data() + example * features;
  for (std::size_t j = 0; j < features; j += kCacheLine) __builtin_prefetch(from + j);
}

}  // namespace

void draw_minibatch(std::uint64_t seed, std::uint64_t step, std::size_t begin, std::size_t end,
                    std::span<std::uint32_t> indices) {
  L2L_CHECK(begin < end && end <= UINT32_MAX, "begin={} end={}", begin, end);
  const RandomStream stream(seed, step);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    indices[i] = static_cast<std::uint32_t>(begin + stream.below(i, end - begin));
  }
}

template <class Real>
void gather_minibatch(const ImageDataset& dataset, std::span<const std::uint32_t> indices,
                      std::span<Real> pixels, std::span<std::uint8_t> labels, PixelOrder order) {
  const std::size_t features = dataset.features(), channels = dataset.channels;
  L2L_CHECK(pixels.size() == indices.size() * features && labels.size() == indices.size(),
            "pixels={} labels={} indices={} features={}", pixels.size(), labels.size(), indices.size(),
            features);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::size_t example = indices[i];
    // The examples lie anywhere in memory: asking for one well ahead halves the time of a gather.
    if (i + kAhead < indices.size()) prefetch(dataset, indices[i + kAhead]);
    L2L_CHECK(example < dataset.count, "example={} count={}", example, dataset.count);
    labels[i] = dataset.labels[example];
    const std::uint8_t* __restrict from = dataset.pixels.data() + example * features;
    Real* __restrict to = pixels.data() + i * features;
    if (order == PixelOrder::planar) {
      for (std::size_t j = 0; j < features; ++j) to[j] = scaled(from[j], Real{});
    } else {
      for (std::size_t p = 0; p < features / channels; ++p)
        for (std::size_t c = 0; c < channels; ++c)
          *to++ = scaled(from[c * (features / channels) + p], Real{});
    }
  }
}

template void gather_minibatch(const ImageDataset&, std::span<const std::uint32_t>, std::span<float>,
                               std::span<std::uint8_t>, PixelOrder);
template void gather_minibatch(const ImageDataset&, std::span<const std::uint32_t>, std::span<double>,
                               std::span<std::uint8_t>, PixelOrder);

}  // namespace l2l
