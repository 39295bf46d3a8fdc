// What is not finite, in all its bit patterns, as a gradient of the LSTM.
#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "optimizers/kernels/isa.hpp"
#include "optimizers/lstm.hpp"

using namespace l2l;

TEST_CASE("every NaN and infinity as a gradient reaches the update, and stays in the state") {
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  constexpr std::uint32_t kStride = 1;
#else
  constexpr std::uint32_t kStride = 1021;
#endif
  LstmSpec spec;
  spec.layers = 1;
  spec.hidden = 1;
  spec.preprocessing = preprocessing;
  for (const std::string& isa : available_isas()) {
    const IsaOverride level(isa);
    const std::uint32_t stride = isa == "sse4" || isa == "scalar" ? std::max(kStride, 31u) : kStride;
    const std::size_t count = ((1u << 23) + stride - 1) / stride;  // infinity, then every NaN
    constexpr std::size_t kPart = 1 << 17;
    const std::size_t parts = (count + kPart - 1) / kPart;
    std::size_t numbers = 0;
    for (std::size_t p = 0; p < 2 * parts; ++p) {
      const std::size_t first = p / 2 * kPart, n = std::min(kPart, count - first);
      std::vector<float> gradient(n), update(n);
      for (std::size_t i = 0; i < n; ++i)
        gradient[i] = std::bit_cast<float>((p % 2 == 0 ? 0x7f800000u : 0xff800000u) +
                                           static_cast<std::uint32_t>(first + i) * stride);
      const auto lstm = make_lstm<float>(spec);
      lstm->set_phi(initial_phi(spec, 1));
      lstm->start(n);
      for (int step = 0; step < 2; ++step) {
        lstm->step(gradient, update);
        for (const float u : update) numbers += std::isnan(u) ? 0 : 1;
        std::fill(gradient.begin(), gradient.end(), 0.5f);
      }
    }
    CAPTURE(isa);
    CHECK(numbers == 0);
  }
}
