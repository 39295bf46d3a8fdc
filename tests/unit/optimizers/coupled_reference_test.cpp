// The double-precision reference of the coupled architectures: its gradient against finite differences, what
// couples and what does not, and what the paper says that it can express.
#include <numeric>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "optimizers/coupled.hpp"
#include "optimizers/lstm.hpp"
#include "tests/unit/optimizers/architecture_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

constexpr std::size_t kUnrolled = 4;

void check_gradient(const ArchitectureSpec& spec, std::size_t functions, std::size_t n) {
  CAPTURE(name_of(spec), functions, n);
  const std::vector<double> phi = start_phi(spec, 7);
  const std::vector<double> gradients = made_up_gradients((2 * kUnrolled + 1) * n, 11);
  const auto architecture = make_reference_architecture(spec);
  architecture->set_phi(phi);
  const std::vector<double> dphi =
      run_unrolls<double>(*architecture, spec, functions, n, kUnrolled, 2, gradients).dphi;
  CHECK(error_of(dphi, frozen_differences(*architecture, functions, n, kUnrolled, phi, gradients)) < 1e-8);
}

}  // namespace

TEST_CASE("coupled reference: the gradient of a later unroll is that of the frozen-gradient loss") {
  for (const ArchitectureSpec& spec : all_kinds()) {
    check_gradient(spec, 1, 5);  // odd
    check_gradient(spec, 1, 1);
    check_gradient(spec, 2, 6);
  }
}

TEST_CASE("coupled reference: unrolls move state and memory like plain steps") {
  for (const ArchitectureSpec& spec : all_kinds()) {
    CAPTURE(name_of(spec));
    const std::size_t n = 6;
    const std::vector<double> gradients = made_up_gradients(13 * n, 5);
    const auto architecture = make_reference_architecture(spec);
    architecture->set_phi(start_phi(spec, 3));
    const auto unrolled = run_unrolls<double>(*architecture, spec, 2, n, 4, 3, gradients).updates;
    CHECK(updates_of<double>(*architecture, 2, n, std::span(gradients).first(12 * n)) == unrolled);
  }
}

TEST_CASE("coupled reference: without global cells and memory it is the LSTM, bit for bit") {
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const ArchitectureSpec spec = make_gac(0, 5, 2, preprocessing);
  const std::size_t n = 7;
  const std::vector<double> gradients = made_up_gradients(7 * n, 21), phi = start_phi(spec, 2);
  const auto coupled = make_reference_architecture(spec);
  const auto lstm = make_lstm<double>(spec.lstm);
  coupled->set_phi(phi);
  lstm->set_phi(phi);
  const Outcome<double> ours = run_unrolls<double>(*coupled, spec, 1, n, 3, 2, gradients);
  const Outcome<double> theirs = run_unrolls(*lstm, n, 3, 2, gradients);
  CHECK(ours.updates == theirs.updates);
  CHECK(ours.h == theirs.h);
  CHECK(ours.c == theirs.c);
  CHECK(error_of(ours.dphi, theirs.dphi) < 1e-14);  // summed in another order
}

TEST_CASE("an architecture of k = 0 is made as the plain LSTM, gradient included") {
  const ArchitectureSpec spec = make_gac(0, 5, 2, Preprocessing::log_and_sign);
  const std::size_t n = 2 * 48 + 1;
  const std::vector<double> gradients = made_up_gradients(7 * n, 21);
  const std::vector<float> phi = initial_phi(spec, 2);
  CHECK(phi == initial_phi(spec.lstm, 2));
  const auto architecture = make_architecture<float>(spec);
  const auto lstm = make_lstm<float>(spec.lstm);
  architecture->set_phi(phi);
  lstm->set_phi(phi);
  CHECK(run_unrolls<float>(*architecture, spec, 1, n, 3, 2, gradients) ==
        run_unrolls(*lstm, n, 3, 2, gradients));
}

TEST_CASE("only the heads start head_init times as large") {
  ArchitectureSpec spec = make_ntm(2, 3, 1, 0);
  const std::vector<float> plain = initial_phi(spec, 4);
  spec.head_init = 0.125;
  const std::vector<float> small = initial_phi(spec, 4);
  REQUIRE(small.size() == plain.size());
  for (const PhiArray& array : phi_layout(spec)) {
    CAPTURE(array.name);
    const bool read_out = array.name == "W_out" || array.name == "b_out";
    const std::size_t of_update = read_out ? array.size / spec.outputs() : array.size;
    for (std::size_t i = 0; i < array.size; ++i)
      CHECK(small[array.offset + i] == (i < of_update ? 1.0F : 0.125F) * plain[array.offset + i]);
  }
}

TEST_CASE("coupled reference: functions of a batch know nothing of each other") {
  for (const ArchitectureSpec& spec : all_kinds()) {
    CAPTURE(name_of(spec));
    const std::size_t n = 3, steps = 5, functions = 2;
    const std::vector<double> gradients = made_up_gradients(steps * functions * n, 8);
    const auto architecture = make_reference_architecture(spec);
    architecture->set_phi(start_phi(spec, 3));
    const auto together = updates_of<double>(*architecture, functions, functions * n, gradients);
    for (std::size_t f = 0; f < functions; ++f) {
      std::vector<double> own, expected;
      for (std::size_t t = 0; t < steps; ++t)
        for (std::size_t k = 0; k < n; ++k) {
          own.push_back(gradients[(t * functions + f) * n + k]);
          expected.push_back(together[(t * functions + f) * n + k]);
        }
      CHECK(updates_of<double>(*architecture, 1, n, own) == expected);
    }
  }
}

TEST_CASE("permuting the coordinates permutes the updates, for all architectures") {
  for (const ArchitectureSpec& spec : all_kinds()) {
    CAPTURE(name_of(spec));
    const std::size_t n = 7, steps = 6;
    const auto architecture = make_reference_architecture(spec);
    architecture->set_phi(start_phi(spec, 3));
    const auto [found, expected] =
        permuted_updates<double>(*architecture, n, made_up_gradients(steps * n, 4));
    if (spec.is_coordinatewise()) {
      CHECK(found == expected);
    } else {
      CHECK(error_of(found, expected) < 1e-12);
    }
  }
}

TEST_CASE("global averaging cells couple coordinates, and only they do") {
  const std::size_t n = 4;
  std::vector<double> gradients(2 * n, 0.1), other = gradients;
  other[n - 1] = -3;  // of the last coordinate at the first step
  const auto first_update = [&](const ArchitectureSpec& spec, std::span<const double> g) {
    const auto architecture = make_reference_architecture(spec);
    architecture->set_phi(start_phi(spec, 3));
    return updates_of<double>(*architecture, 1, n, g)[n];  // of coordinate 0 at the second step
  };
  CHECK(first_update(make_gac(0), gradients) == first_update(make_gac(0), other));
  CHECK(first_update(make_gac(1), gradients) != first_update(make_gac(1), other));
  CHECK(first_update(make_ntm(1, 1, 1, 0, 0), gradients) == first_update(make_ntm(1, 1, 1, 0, 0), other));
}

// Paper, appendix: "sufficient to implement L2 gradient clipping". A pair of global cells gives
// h_A + h_B = (2 i - 1) tanh(s g) = tanh(s g / 2) tanh(s g) = s^2 g^2 / 2 up to s^4, so that every coordinate
// receives mean(g^2) = |g|^2 / n.
TEST_CASE("LSTM+GAC expresses L2 gradient clipping") {
  const ArchitectureSpec spec = make_gac(2, 3, 2);
  constexpr double kSmall = 1e-3, kOpen = 40;
  std::vector<double> phi(phi_size(spec), 0.0);
  const auto set = [&](const char* name, std::size_t index, double value) {
    for (const PhiArray& array : phi_layout(spec))
      if (array.name == name) phi[array.offset + index] = value;
  };
  const std::size_t hidden = 3;
  for (const std::size_t unit : {1, 2}) {  // the global ones
    const double sign = unit == 1 ? 1 : -1;
    set("W_ih0", 0 * hidden + unit, sign * kSmall);  // i = sigmoid(+-s g)
    set("b0", 1 * hidden + unit, -kOpen);            // f = 0
    set("W_ih0", 2 * hidden + unit, sign * kSmall);  // g = tanh(+-s g)
    set("b0", 3 * hidden + unit, kOpen);             // o = 1
  }
  const auto architecture = make_reference_architecture(spec);
  architecture->set_phi(phi);
  const std::size_t n = 9;
  for (const double size : {0.01, 1.0, 7.0}) {
    std::vector<double> gradient = made_up_gradients(n, 31), update(n), h(2 * n * hidden), c(h.size());
    for (double& g : gradient) g *= size;
    const double norm =
        std::sqrt(std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0));
    architecture->start(1, n);
    architecture->step(gradient, update);
    architecture->copy_state(h, c);
    const double threshold = 0.7;
    for (std::size_t k = 0; k < n; ++k) {
      const double received = (h[k * hidden + 1] + h[k * hidden + 2]) * 2 / (kSmall * kSmall);
      CHECK(received == Approx(norm * norm / n).epsilon(1e-4));
      const double received_norm = std::sqrt(received * n);
      const double clipped =
          received_norm <= threshold ? gradient[k] : gradient[k] * threshold / received_norm;
      CHECK(clipped == Approx(gradient[k] * std::min(1.0, threshold / norm)).epsilon(1e-4));
    }
  }
}

TEST_CASE("a divergence is seen, not hidden by saturated gates") {
  ArchitectureSpec spec = make_ntm(1, 1, 1, 0);
  std::vector<double> phi = start_phi(spec, 3);
  for (const PhiArray& array : phi_layout(spec))
    if (array.name == "b_out") phi[array.offset + 2] = phi[array.offset + 3] = 1e200;  // a and b
  const auto architecture = make_reference_architecture(spec);
  architecture->set_phi(phi);
  const std::vector<double> updates =
      updates_of<double>(*architecture, 1, 3, std::vector<double>(4 * 3, 0.1));
  CHECK(std::isfinite(updates[0]));
  CHECK(std::isnan(updates.back()));
}

TEST_CASE("an architecture of impossible shape is a bug") {
  CHECK_THROWS_AS(make_reference_architecture(make_gac(5)), CheckFailure);
  CHECK_THROWS_AS(make_reference_architecture(make_gac(-1)), CheckFailure);
  CHECK_THROWS_AS(make_reference_architecture(make_ntm(0, 1, 1, 0)), CheckFailure);
  CHECK_THROWS_AS(make_reference_architecture(make_ntm(1, 0, 1, 0)), CheckFailure);
}
