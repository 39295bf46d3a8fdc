#include "core/random.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <Random123/philox.h>

#include "core/digest.hpp"
#include "core/error.hpp"

namespace l2l {
namespace {

constexpr double kTwoToMinus53 = 0x1.0p-53;

std::array<std::uint64_t, 2> block(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  using Philox = r123::Philox4x32;
  const Philox::ctr_type c = {{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                               static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)}};
  const Philox::key_type k = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const Philox::ctr_type r = Philox{}(c, k);
  return {r[0] | (static_cast<std::uint64_t>(r[1]) << 32), r[2] | (static_cast<std::uint64_t>(r[3]) << 32)};
}

double to_uniform(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * kTwoToMinus53;
}

std::array<double, 2> normal_pair(const std::array<std::uint64_t, 2>& bits) {
  // 1 - u is in (0, 1]: the logarithm is finite.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - to_uniform(bits[0])));
  const double angle = 2.0 * std::numbers::pi * to_uniform(bits[1]);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

std::uint64_t RandomStream::bits(std::uint64_t index) const {
  return block(seed_, stream_, index / 2)[index % 2];
}

double RandomStream::uniform(std::uint64_t index) const {
  return to_uniform(bits(index));
}

double RandomStream::normal(std::uint64_t index) const {
  return normal_pair(block(seed_, stream_, index / 2))[index % 2];
}

std::uint64_t RandomStream::below(std::uint64_t index, std::uint64_t bound) const {
  L2L_CHECK(bound > 0, "bound={}", bound);
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(bits(index)) * bound) >> 64);
}

template <class Real>
void RandomStream::fill_normal(std::span<Real> out, double stddev, std::uint64_t first) const {
  for (std::size_t i = 0; i < out.size();) {
    const std::uint64_t index = first + i;
    const auto pair = normal_pair(block(seed_, stream_, index / 2));
    out[i++] = static_cast<Real>(stddev * pair[index % 2]);
    if (index % 2 == 0 && i < out.size()) out[i++] = static_cast<Real>(stddev * pair[1]);
  }
}

template <class Real>
void RandomStream::fill_uniform(std::span<Real> out, double low, double high, std::uint64_t first) const {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<Real>(low + (high - low) * uniform(first + i));
}

template void RandomStream::fill_normal(std::span<float>, double, std::uint64_t) const;
template void RandomStream::fill_normal(std::span<double>, double, std::uint64_t) const;
template void RandomStream::fill_uniform(std::span<float>, double, double, std::uint64_t) const;
template void RandomStream::fill_uniform(std::span<double>, double, double, std::uint64_t) const;

std::uint64_t seed_from(std::string_view text) {
  const auto digest = Sha256().update(text).bytes();
  std::uint64_t seed = 0;
  for (int i = 7; i >= 0; --i) seed = (seed << 8) | digest[static_cast<std::size_t>(i)];
  return seed;
}

}  // namespace l2l
