// Accuracy of the vector primitives, on every instruction set, against the C library in double precision.
#include <cmath>
#include <cstdint>
#include <cstring>

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/unit/optimizers/kernel_math_test.cpp"
// clang-format off
#include "hwy/foreach_target.h"
// clang-format on
#include "optimizers/kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

// Values x[16] -> y[16], for whole vectors of any width.
void Exp2Of(const float* x, float* y) {
  for (std::size_t k = 0; k < 16; k += kLanes) {
    V in[1] = {hn::LoadU(kF, x + k)}, out[1];
    Exp2(in, out);
    hn::StoreU(out[0], kF, y + k);
  }
}
void LogOf(const float* x, float* y) {
  for (std::size_t k = 0; k < 16; k += kLanes) hn::StoreU(Log(hn::LoadU(kF, x + k)), kF, y + k);
}
// One cell with all pre-activations x and c = 0; y: [sigma, tanh, c, tanh c, h, c and h without gates][16].
void CellOf(const float* x, float* y) {
  for (std::size_t k = 0; k < 16; k += kLanes) {
    const V z = hn::Mul(hn::LoadU(kF, x + k), Set(-1.44269504f));
    const Cells<1> start = {{z}, {z}, {hn::Add(z, z)}, {z}, {hn::Zero(kF)}};
    Cells<1> a = start, b = start;
    V o[1], tanh_c[1], h[1], unused[1], h_only[1];
    OpenCells<true>(a);
    CloseCells<true>(a.o, a.c, o, tanh_c, h);
    OpenCells<false>(b);
    CloseCells<false>(b.o, b.c, unused, unused, h_only);
    const V rows[] = {a.i[0], a.g[0], a.c[0], tanh_c[0], h[0], b.c[0], h_only[0]};
    for (std::size_t r = 0; r < 7; ++r) hn::StoreU(rows[r], kF, y + r * 16 + k);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <limits>

#include <catch2/catch.hpp>

#include "optimizers/kernels/isa.hpp"

namespace l2l {
HWY_EXPORT(Exp2Of);
HWY_EXPORT(LogOf);
HWY_EXPORT(CellOf);
}  // namespace l2l

using namespace l2l;

namespace {

float from_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// Calls check(x[16]) for every `stride`-th float in [low, high], both positive.
template <class Check>
void for_floats(float low, float high, std::uint32_t stride, Check check) {
  std::uint32_t first, last;
  std::memcpy(&first, &low, sizeof low);
  std::memcpy(&last, &high, sizeof high);
  float x[16];
  for (std::uint64_t bits = first; bits + 15 * stride <= last; bits += std::uint64_t{16} * stride) {
    for (std::uint32_t k = 0; k < 16; ++k) x[k] = from_bits(static_cast<std::uint32_t>(bits) + k * stride);
    check(x);
  }
}

void check_exp2(std::uint32_t stride) {
  double worst = 0;
  for_floats(1e-30f, 40.0f, stride, [&](const float* x) {
    for (const float sign : {1.0f, -1.0f}) {
      float signed_x[16], y[16];
      for (int k = 0; k < 16; ++k) signed_x[k] = sign * x[k];
      HWY_DYNAMIC_DISPATCH(Exp2Of)(signed_x, y);
      for (int k = 0; k < 16; ++k)
        worst = std::max(worst, std::abs(y[k] / std::exp2(static_cast<double>(signed_x[k])) - 1));
    }
  });
  CHECK(worst < 2e-7);
}

void check_log(std::uint32_t stride) {
  double worst = 0;
  for_floats(std::numeric_limits<float>::min(), std::numeric_limits<float>::max(), stride,
             [&](const float* x) {
               float y[16];
               HWY_DYNAMIC_DISPATCH(LogOf)(x, y);
               for (int k = 0; k < 16; ++k) {
                 const double exact = std::log(static_cast<double>(x[k]));
                 worst = std::max(worst, std::abs(y[k] - exact) / std::max(1.0, std::abs(exact)));
               }
             });
  CHECK(worst < 2e-7);
}

void check_cell(std::uint32_t stride) {
  double worst[7] = {};
  for_floats(1e-30f, 100.0f, stride, [&](const float* x) {
    for (const float sign : {1.0f, -1.0f}) {
      float z[16], y[7 * 16];
      for (int k = 0; k < 16; ++k) z[k] = sign * x[k];
      HWY_DYNAMIC_DISPATCH(CellOf)(z, y);
      for (int k = 0; k < 16; ++k) {
        const double sigma = 1 / (1 + std::exp(-static_cast<double>(z[k]))),
                     g = std::tanh(static_cast<double>(z[k]));
        const double c = sigma * g, h = sigma * std::tanh(c);
        const double exact[7] = {sigma, g, c, std::tanh(c), h, c, h};
        for (int r = 0; r < 7; ++r) worst[r] = std::max(worst[r], std::abs(y[r * 16 + k] - exact[r]));
      }
    }
  });
  for (const double error : worst) CHECK(error < 5e-7);
  CHECK(worst[0] < 3e-7);  // sigma
  CHECK(worst[1] < 3e-7);  // tanh
}

}  // namespace

TEST_CASE("2^x, ln and the LSTM cell are accurate on every instruction set") {
  const std::string isa = GENERATE(from_range(available_isas()));
  const IsaOverride level(isa);
  CAPTURE(isa);
  check_exp2(99'991);
  check_log(99'991);
  check_cell(99'991);
}

TEST_CASE("2^x, ln and the LSTM cell are accurate on all floats", "[.exhaustive]") {
  check_exp2(1);
  check_log(1);
  check_cell(1);
}

TEST_CASE("2^x keeps NaN, clamps, and is exact at integers") {
  const std::string isa = GENERATE(from_range(available_isas()));
  const IsaOverride level(isa);
  CAPTURE(isa);
  const float infinity = std::numeric_limits<float>::infinity();
  float x[16] = {0,
                 -0.0f,
                 1,
                 -1,
                 39,
                 -39,
                 1e30f,
                 -1e30f,
                 infinity,
                 -infinity,
                 from_bits(0x7fc00000),
                 from_bits(0xffc00000)};
  float y[16];
  HWY_DYNAMIC_DISPATCH(Exp2Of)(x, y);
  const float expected[10] = {1,
                              1,
                              2,
                              0.5f,
                              std::exp2(39.0f),
                              std::exp2(-39.0f),
                              std::exp2(40.0f),
                              std::exp2(-40.0f),
                              std::exp2(40.0f),
                              std::exp2(-40.0f)};
  for (int k = 0; k < 10; ++k) CHECK(y[k] == expected[k]);
  CHECK(std::isnan(y[10]));
  CHECK(std::isnan(y[11]));
}
#endif  // HWY_ONCE
