// Elementwise functions of the networks, written so that a compiler vectorises loops over them.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace l2l {

/// e^x. float: within 3 ulp for x in [-87.3, 88], clamped outside (never 0, inf or denormal); NaN stays NaN.
/// The same bits from every machine, unlike the C library's.
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

}  // namespace l2l
