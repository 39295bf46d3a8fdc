// The vector kernels against the double-precision reference, and against each other bit by bit.
#include <cstring>
#include <limits>

#include <catch2/catch.hpp>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/unit/optimizers/lstm_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

bool emulates_fma(const std::string& isa) {
  return isa == "sse4" || isa == "scalar";
}

Outcome<float> run_float(const LstmSpec& spec, std::size_t n, std::size_t steps, std::size_t unrolls,
                         std::span<const double> gradients, const std::string& isa) {
  const IsaOverride level(isa);
  const auto lstm = make_lstm<float>(spec);
  lstm->set_phi(initial_phi(spec, 1));
  return run_unrolls(*lstm, n, steps, unrolls, gradients);
}

std::string digest_of(const Outcome<float>& outcome) {
  Sha256 sha;
  sha.update_array(std::span<const float>(outcome.updates));
  sha.update_array(std::span<const float>(outcome.h));
  sha.update_array(std::span<const float>(outcome.c));
  sha.update_array(std::span<const double>(outcome.dphi));
  return sha.hex().substr(0, 16);
}

}  // namespace

TEST_CASE("kernels agree with the reference, with the same bits on every instruction set") {
  const int hidden = GENERATE(1, 5, 20, 33);
  const int layers = GENERATE(1, 2, 3);
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const LstmSpec spec = make_spec(layers, hidden, preprocessing);
  const std::vector<float> phi = initial_phi(spec, 1);
  for (const std::size_t n : {1, 7, 48, 49, 130}) {
    constexpr std::size_t kSteps = 2, kUnrolls = 2;
    if (hidden == 33 && layers == 3 && n > 7) continue;
    const std::vector<double> gradients = made_up_gradients((kUnrolls * kSteps + 1) * n, n);
    const auto reference = make_lstm<double>(spec);
    reference->set_phi(std::vector<double>(phi.begin(), phi.end()));
    const Outcome<double> expected = run_unrolls(*reference, n, kSteps, kUnrolls, gradients);
    const Outcome<float> best = run_float(spec, n, kSteps, kUnrolls, gradients, available_isas().front());
    CAPTURE(hidden, layers, preprocessing == Preprocessing::none, n);
    CHECK(error_of(best.updates, expected.updates) < 3e-6);
    CHECK(error_of(best.h, expected.h) < 3e-6);
    CHECK(error_of(best.c, expected.c) < 3e-6);
    CHECK(error_of(best.dphi, expected.dphi) < 3e-6);
    for (const std::string& isa : available_isas()) {
      if (emulates_fma(isa) && (n > 7 || layers * hidden > 40)) continue;  // slow, and nothing new
      CAPTURE(isa);
      CHECK((run_float(spec, n, kSteps, kUnrolls, gradients, isa) == best));
    }
  }
}

TEST_CASE("kernels: large layers, long unrolls and coordinates of several tasks") {
  struct Case {
    int hidden;
    std::size_t n, steps;
  };
  const Case c = GENERATE(Case{128, 5, 2}, Case{40, 60, 4}, Case{4, 50, 100}, Case{2, 2000, 1});
  const LstmSpec spec = make_spec(2, c.hidden, Preprocessing::log_and_sign);
  const std::vector<float> phi = initial_phi(spec, 1);
  const std::vector<double> gradients = made_up_gradients((c.steps + 1) * c.n, 9);
  const auto reference = make_lstm<double>(spec);
  reference->set_phi(std::vector<double>(phi.begin(), phi.end()));
  const Outcome<double> expected = run_unrolls(*reference, c.n, c.steps, 1, gradients);
  const Outcome<float> got = run_float(spec, c.n, c.steps, 1, gradients, available_isas().front());
  CAPTURE(c.hidden, c.n, c.steps);
  CHECK(error_of(got.updates, expected.updates) < 3e-6);
  CHECK(error_of(got.dphi, expected.dphi) < 3e-6);
}

TEST_CASE("kernels: the same bits for any number of threads") {
  const LstmSpec spec = make_spec(2, 5, Preprocessing::log_and_sign);
  constexpr std::size_t kN = 7000, kSteps = 3;
  const std::vector<double> gradients = made_up_gradients((2 * kSteps + 1) * kN, 21);
  std::vector<Outcome<float>> outcomes;
  for (const std::size_t threads : {1, 2, 3}) {
    const ThreadLimit limit(threads);
    outcomes.push_back(run_float(spec, kN, kSteps, 2, gradients, available_isas().front()));
  }
  CHECK((outcomes[1] == outcomes[0]));
  CHECK((outcomes[2] == outcomes[0]));
}

TEST_CASE("kernels: the bits of a small run are those that stored results were made with") {
  const std::vector<double> gradients = made_up_gradients(11 * 100, 77);
  const auto digest = [&](Preprocessing preprocessing) {
    return digest_of(
        run_float(make_spec(2, 20, preprocessing), 100, 5, 2, gradients, available_isas().front()));
  };
  // A change here is a change of numerics: raise the algorithm version of the job keys with it.
  CHECK(digest(Preprocessing::none) == "8f456c0023c66f0a");
  CHECK(digest(Preprocessing::log_and_sign) == "9deccff84681e559");
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
  const std::vector<float> phi = initial_phi(spec, 1);
  const auto reference = make_lstm<double>(spec);
  reference->set_phi(std::vector<double>(phi.begin(), phi.end()));
  const Outcome<double> expected = run_unrolls(*reference, row.size(), 2, 1, gradients);
  const Outcome<float> got = run_float(spec, row.size(), 2, 1, gradients, available_isas().front());
  CHECK(error_of(got.updates, expected.updates) < 3e-6);
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
