// The vector kernels: bits, threads, values that are not finite. lstm_grid_test.cpp has their accuracy.
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include <tbb/task_arena.h>
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/kernels/isa.hpp"
#include "optimizers/kernels/lstm_kernels.hpp"
#include "tests/support/accuracy_table.hpp"
#include "tests/unit/optimizers/lstm_kernel_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

/// [rows][blocks * kLstmBlock]. Doubles add up the sums of blocks, which are floats: that rounds, and so
/// depends on the order, only where blocks differ by more than 29 bits.
std::vector<double> blocks_of_many_magnitudes(std::size_t blocks, std::size_t rows, std::uint64_t seed) {
  const RandomStream scales(seed + 1);
  std::vector<double> gradients = made_up_gradients(rows * blocks * kLstmBlock, seed);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::size_t block = i / kLstmBlock % blocks;
    gradients[i] *= std::ldexp(1.0, -static_cast<int>(scales.below(block, 60)));
  }
  return gradients;
}

}  // namespace

TEST_CASE("kernels: the same bits for any number of threads and any assignment of blocks to them") {
  const LstmSpec spec = make_spec(2, 5, Preprocessing::log_and_sign);
  constexpr std::size_t kBlocks = 146, kN = kBlocks * kLstmBlock, kSteps = 3;
  const std::vector<double> gradients = blocks_of_many_magnitudes(kBlocks, 2 * kSteps + 1, 21);
  std::vector<double> other_order(gradients.size());
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::size_t k = i % kN, block = k / kLstmBlock;
    other_order[i - k + (kBlocks - 1 - block) * kLstmBlock + k % kLstmBlock] = gradients[i];
  }
  const auto run = [&](const std::vector<double>& of) {
    return run_float(spec, kN, kSteps, 2, of, available_isas().front());
  };
  const auto [alone, reversed] = [&] {
    const ThreadLimit one(1);
    return std::pair(run(gradients), run(other_order));
  }();
  CHECK(reversed.dphi != alone.dphi);               // else the order of summation would not show
  for (const std::size_t threads : {1, 2, 3, 8}) {  // more than there are cores, too
    const ThreadLimit limit(threads);
    tbb::task_arena arena(static_cast<int>(threads));
    for (const std::size_t seed : {0, 1, 5, 77}) {
      std::optional<ShuffledLoops> shuffled;
      if (seed > 0) shuffled.emplace(seed);
      CAPTURE(threads, seed);
      CHECK((arena.execute([&] { return run(gradients); }) == alone));
    }
  }
}

TEST_CASE("kernels: the bits of a small run are those that stored results were made with") {
  for (const std::string& isa : available_isas()) {
    CAPTURE(isa);
    CHECK(digest_of_small_run(Preprocessing::none, isa) == kDigestRaw);
    CHECK(digest_of_small_run(Preprocessing::log_and_sign, isa) == kDigestLogAndSign);
  }
  // The order in which the sums of blocks are added up.
  CHECK(digest_of(run_float(make_spec(1, 4, Preprocessing::none), 9 * kLstmBlock, 2, 1,
                            blocks_of_many_magnitudes(9, 3, 5), available_isas().front())) ==
        "44331dc50c574ecc");
}

TEST_CASE("kernels: what is not finite stays in its own coordinate, and stays") {
  const std::string isa = GENERATE(from_range(available_isas()));
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const LstmSpec spec = make_spec(2, 5, preprocessing);
  constexpr std::size_t kN = 100;
  std::vector<float> gradient(kN, 0.25f), update(kN);
  const IsaOverride level(isa);
  const auto lstm = make_lstm<float>(spec);
  lstm->set_phi(initial_phi(spec, 1));
  lstm->start(kN);
  lstm->step(gradient, update);
  const std::uint32_t payload_bits = 0xffc12345;  // a NaN with a payload
  float odd_nan;
  std::memcpy(&odd_nan, &payload_bits, sizeof odd_nan);
  gradient[17] = odd_nan;
  gradient[47] = std::numeric_limits<float>::infinity();
  gradient[99] = -std::numeric_limits<float>::infinity();
  for (int t = 0; t < 3; ++t) {
    lstm->step(gradient, update);
    for (std::size_t k = 0; k < kN; ++k) {
      const bool poisoned = k == 17 || k == 47 || k == 99;
      CAPTURE(isa, t, k);
      CHECK(std::isnan(update[k]) == poisoned);
      if (!poisoned) CHECK(update[k] == update[0]);
    }
    std::fill(gradient.begin(), gradient.end(), 0.25f);
  }
}

TEST_CASE("kernels: a NaN in any weight that matters reaches the update") {
  const LstmSpec spec = make_spec(2, 3, Preprocessing::log_and_sign);
  const std::vector<float> phi = initial_phi(spec, 1);
  const std::vector<float> gradient(3, 0.5f);
  std::vector<float> update(3);
  for (std::size_t i = 0; i < phi.size(); ++i) {
    std::vector<float> broken = phi;
    broken[i] = -std::numeric_limits<float>::quiet_NaN();
    const auto lstm = make_lstm<float>(spec);
    lstm->set_phi(broken);
    lstm->start(3);
    lstm->step(gradient, update);
    CAPTURE(i);
    CHECK(std::isnan(update[0]));
  }
}

TEST_CASE("kernels: zero, denormal and enormous gradients") {
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const LstmSpec spec = make_spec(2, 20, preprocessing);
  const double tiny = std::numeric_limits<float>::denorm_min(), huge = std::numeric_limits<float>::max();
  const std::vector<double> row = {0.0, -0.0, tiny, -1e-40, 1.2e-38, 4.5e-5, 4.6e-5, 1e30, -huge, huge};
  std::vector<double> gradients;
  for (int t = 0; t < 3; ++t) gradients.insert(gradients.end(), row.begin(), row.end());
  const Outcome<double> expected = run_reference(spec, row.size(), 2, 1, gradients);
  const Outcome<float> got = run_float(spec, row.size(), 2, 1, gradients, available_isas().front());
  CHECK(error_of(got.updates, expected.updates) < documented_bound("update"));
}

TEST_CASE("kernels: an unroll may end early, and state follows unrolls without steps") {
  const LstmSpec spec = make_spec(2, 5, Preprocessing::none);
  constexpr std::size_t kN = 50;
  const std::vector<float> gradient(kN, 0.5f), weights = {0, 1};
  std::vector<float> plain(kN), update(kN);
  const auto one = make_lstm<float>(spec), other = make_lstm<float>(spec);
  for (const auto& lstm : {one.get(), other.get()}) {
    lstm->set_phi(initial_phi(spec, 1));
    lstm->start(kN);
  }
  for (int t = 0; t < 3; ++t) one->step(gradient, plain);
  std::vector<double> dphi(phi_size(spec), 0.0);
  other->begin_unroll(20);
  other->recorded_step(gradient, update);
  other->backward(gradient, weights, 1.0f, dphi);
  other->begin_unroll(20);
  other->begin_unroll(1);
  other->recorded_step(gradient, update);
  CHECK_THROWS_AS(other->recorded_step(gradient, update), CheckFailure);
  other->step(gradient, update);
  CHECK(update == plain);
  CHECK(std::any_of(dphi.begin(), dphi.end(), [](double d) { return d != 0; }));
}

TEST_CASE("an instruction set that is not there is refused with the list of those that are") {
  const std::vector<std::string> levels = available_isas();
  CHECK(std::count(levels.begin(), levels.end(), kernel_isa()) == 1);
  try {
    const IsaOverride level("mmx");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    for (const std::string& level : levels) CHECK(error.hint().find(level) != std::string::npos);
  }
  const std::string before = kernel_isa();
  {
    const IsaOverride level(levels.back());
    CHECK(kernel_isa() == levels.back());
  }
  CHECK(kernel_isa() == before);
}
