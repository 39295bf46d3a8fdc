// Counter-based random streams (Philox4x32-10, Random123): value i of a stream is a pure function of
// (seed, stream, i), never of a position, a thread or a clock.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace l2l {

class RandomStream {
 public:
  /// @param seed    64 bits, usually seed_from(...) over what the stream belongs to
  /// @param stream  distinguishes independent streams of one seed (for instance the step t)
  explicit RandomStream(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// 64 random bits, value `index` of the stream.
  std::uint64_t bits(std::uint64_t index) const;
  /// Uniform in [0, 1), 53 bits.
  double uniform(std::uint64_t index) const;
  /// Standard normal (Box-Muller; values 2k and 2k+1 share a pair of uniforms).
  double normal(std::uint64_t index) const;
  /// Uniform integer in [0, bound), bound > 0 (multiply-shift; bias below bound / 2^64).
  std::uint64_t below(std::uint64_t index, std::uint64_t bound) const;

  /// out[i] = stddev * normal(first + i), rounded once to Real.
  template <class Real>
  void fill_normal(std::span<Real> out, double stddev, std::uint64_t first = 0) const;
  /// out[i] = low + (high - low) * uniform(first + i), rounded once to Real.
  template <class Real>
  void fill_uniform(std::span<Real> out, double low, double high, std::uint64_t first = 0) const;

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
};

/// A seed from text: the first 8 bytes (little endian) of its SHA-256. Jobs and problems derive every
/// seed of theirs from their canonical configuration with it.
std::uint64_t seed_from(std::string_view text);

}  // namespace l2l
