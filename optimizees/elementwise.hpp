// Elementwise functions of the networks and a sum, written so that a compiler vectorises loops over them.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace l2l {

/// e^x. float: within 1 ulp (docs/accuracy.md) for x in [-87.3, 88], clamped outside (never 0, inf or
/// denormal); NaN stays NaN. The same bits from every machine, unlike the C library's.
inline float exponential(float x) {
  constexpr float kLow = -87.33F, kHigh = 88.02F;
  constexpr float kLog2E = 1.44269504088896341F;
  constexpr float kLn2High = 0.693359375F, kLn2Low = -2.12194440e-4F;  // ln 2 in two parts (Cody and Waite)
  constexpr float kRoundToInteger = 12582912.0F;                       // 1.5 * 2^23
  x = x < kLow ? kLow : x;
  x = x > kHigh ? kHigh : x;
  const float shifted = x * kLog2E + kRoundToInteger;
  const float n = shifted - kRoundToInteger;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  float p = 1.9875691500E-4F;  // Cephes' minimax polynomial of (e^r - 1 - r) / r^2
  p = p * r + 1.3981999507E-3F;
  p = p * r + 8.3334519073E-3F;
  p = p * r + 4.1665795894E-2F;
  p = p * r + 1.6666665459E-1F;
  p = p * r + 5.0000001201E-1F;
  const float mantissa = p * (r * r) + r + 1.0F;
  const std::uint32_t exponent =
      std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(kRoundToInteger);
  return mantissa * std::bit_cast<float>((exponent + 127U) << 23);
}
inline double exponential(double x) {
  return std::exp(x);
}

template <class Real>
Real sigmoid(Real z) {
  return Real{1} / (Real{1} + exponential(-z));
}

/// max(z, 0) that lets NaN through: a diverged parameter must show in the loss.
template <class Real>
Real rectify(Real z) {
  return z < Real{0} ? Real{0} : z;
}

/// Sum in a fixed order that leaves room for eight independent lanes.
template <class Real>
Real lane_sum(const Real* values, std::size_t count) {
  std::array<Real, 8> lanes{};
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += values[i + lane];
  for (std::size_t lane = 0; i < count; ++i, ++lane) lanes[lane] += values[i];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace l2l
