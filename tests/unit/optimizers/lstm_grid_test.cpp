// The vector kernels against the double-precision reference over a grid of shapes and over random ones, with
// the same bits on every instruction set. Bounds: docs/accuracy.md.
#include <catch2/catch.hpp>

#include "tests/support/accuracy_table.hpp"
#include "tests/unit/optimizers/lstm_kernel_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

/// Multiplications of a forward step of all coordinates, roughly: what emulated levels can afford.
double work(const LstmSpec& spec, std::size_t n, std::size_t steps) {
  return 4.0 * spec.layers * spec.hidden * (2.0 * spec.hidden + 2) * static_cast<double>(n * steps);
}

void check_shape(const LstmSpec& spec, std::size_t n, std::size_t steps, std::size_t unrolls = 1) {
  CAPTURE(spec.layers, spec.hidden, spec.preprocessing == Preprocessing::none, spec.p, n, steps, unrolls);
  const std::vector<double> gradients = made_up_gradients((unrolls * steps + 1) * n, n + steps);
  const Outcome<double> expected = run_reference(spec, n, steps, unrolls, gradients);
  const std::vector<std::string> levels = available_isas();
  const Outcome<float> best = run_float(spec, n, steps, unrolls, gradients, levels.front());
  CHECK(error_of(best.updates, expected.updates) < documented_bound("update"));
  CHECK(error_of(best.h, expected.h) < documented_bound("state"));
  CHECK(error_of(best.c, expected.c) < documented_bound("state"));
  CHECK(error_of(best.dphi, expected.dphi) < documented_bound("dphi"));
  for (const std::string& isa : levels) {
    if (emulates_fma(isa) && work(spec, n, steps * unrolls) > 2e5) continue;
    CAPTURE(isa);
    CHECK((run_float(spec, n, steps, unrolls, gradients, isa) == best));
  }
}

}  // namespace

TEST_CASE("kernels agree with the reference for every N and K") {
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const LstmSpec spec = make_spec(2, 2, preprocessing);
  for (const std::size_t n : {1, 2, 15, 16, 17, 47, 48, 49, 1000, 15910})
    for (const std::size_t steps : {1, 2, 20, 100}) check_shape(spec, n, steps);
}

TEST_CASE("kernels agree with the reference for every H and number of layers") {
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  for (const int hidden : {1, 2, 5, 10, 20, 33, 40, 128})
    for (const int layers : {1, 2, 3}) {
      const LstmSpec spec = make_spec(layers, hidden, preprocessing);
      check_shape(spec, 49, hidden <= 40 ? 3 : 1, hidden <= 40 ? 2 : 1);
      check_shape(spec, 1, 2);
    }
}

TEST_CASE("kernels agree with the reference at the ends of N and K with 20 units") {
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const LstmSpec spec = make_spec(2, 20, preprocessing);
  check_shape(spec, 15910, 1);
  check_shape(spec, 1000, 2);
  check_shape(spec, 49, 20);
  check_shape(spec, 2, 100);
}

TEST_CASE("kernels agree with the reference for random shapes") {
  const RandomStream stream(20);
  for (std::uint64_t trial = 0; trial < 150; ++trial) {
    auto draw = [&, at = trial * 100](std::uint64_t bound) mutable { return stream.below(at++, bound); };
    LstmSpec spec = make_spec(1 + static_cast<int>(draw(3)), 0,
                              draw(2) == 0 ? Preprocessing::none : Preprocessing::log_and_sign);
    spec.hidden = 1 + static_cast<int>(draw(draw(4) == 0 ? 128 : 24));
    spec.p = 1 + static_cast<double>(draw(12));
    std::size_t n = 1 + draw(200), steps = 1 + draw(12);
    const std::size_t unrolls = 1 + draw(3);
    while (work(spec, n, steps * unrolls) > 3e6 && n * steps > 1) (n > steps ? n : steps) /= 2;
    CAPTURE(trial);
    check_shape(spec, n, steps, unrolls);
  }
}
