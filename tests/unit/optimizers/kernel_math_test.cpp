// Special values of the vector primitives, on every instruction set; tests/exhaustive has their accuracy.
#include <cmath>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/unit/optimizers/kernel_math_test.cpp"
#include "core/each_target.hpp"
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
}  // namespace l2l

using namespace l2l;

namespace {

float from_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

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
