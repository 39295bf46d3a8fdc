// The double-precision reference: its gradient against finite differences, its state, its edges.
#include "optimizers/lstm_reference.hpp"

#include <limits>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/optimizers/lstm_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

constexpr std::size_t kN = 4, kSteps = 5;

}  // namespace

TEST_CASE("reference LSTM: the gradient of a later unroll is that of the frozen-gradient loss") {
  const int layers = GENERATE(1, 2, 3);
  const auto preprocessing = GENERATE(Preprocessing::none, Preprocessing::log_and_sign);
  const LstmSpec spec = make_spec(layers, 3, preprocessing);
  const std::vector<float> start = initial_phi(spec, 7);
  const std::vector<double> phi(start.begin(), start.end());
  const std::vector<double> gradients = made_up_gradients((2 * kSteps + 1) * kN, 11);

  const auto lstm = make_lstm<double>(spec);
  lstm->set_phi(phi);
  const std::vector<double> dphi = run_unrolls(*lstm, kN, kSteps, 2, gradients).dphi;

  CHECK(error_of(dphi, frozen_differences(*lstm, 1, kN, kSteps, phi, gradients)) < 1e-8);
}

TEST_CASE("reference LSTM: recorded steps and unrolls move the state like plain steps") {
  const LstmSpec spec = make_spec(2, 5, Preprocessing::log_and_sign);
  const std::vector<float> start = initial_phi(spec, 3);
  const std::vector<double> phi(start.begin(), start.end());
  const std::vector<double> gradients = made_up_gradients(7 * kN, 5);
  const auto lstm = make_lstm<double>(spec);
  lstm->set_phi(phi);
  const Outcome<double> unrolled = run_unrolls(*lstm, kN, 3, 2, gradients);

  std::vector<double> update(kN), updates;
  lstm->start(kN);
  for (std::size_t t = 0; t < 6; ++t) {
    lstm->step(std::span(gradients).subspan(t * kN, kN), update);
    updates.insert(updates.end(), update.begin(), update.end());
  }
  CHECK(updates == unrolled.updates);
}

TEST_CASE("preprocessing follows appendix A at its edges") {
  const LstmSpec spec = make_spec(1, 1, Preprocessing::log_and_sign);
  const auto input = [&](double g) {
    const reference::Matrix x = preprocess_gradients(spec, {g});
    return std::vector<double>(x.begin(), x.end());
  };
  CHECK(input(0.0) == std::vector<double>{-1, 0});
  CHECK(input(5e-324)[0] == -1);
  CHECK(input(5e-324)[1] == std::exp(10.0) * 5e-324);
  CHECK(input(-1.0) == std::vector<double>{0, -1});
  CHECK(input(std::exp(5.0))[0] == Approx(0.5));
  CHECK(input(-std::exp(-20.0))[0] == -1);
  CHECK(input(-std::exp(-20.0))[1] == Approx(-std::exp(-10.0)));
  CHECK(std::isnan(input(std::numeric_limits<double>::quiet_NaN())[1]));
  CHECK(std::isnan(input(-std::numeric_limits<double>::infinity())[1]));
}

TEST_CASE("initial phi is a function of the seed, uniform in +-1/sqrt(H)") {
  const LstmSpec spec = make_spec(2, 16, Preprocessing::none);
  const std::vector<float> phi = initial_phi(spec, 1);
  CHECK(phi.size() == phi_size(spec));
  CHECK(phi == initial_phi(spec, 1));
  CHECK(phi != initial_phi(spec, 2));
  const auto [low, high] = std::minmax_element(phi.begin(), phi.end());
  CHECK(*low >= -0.25f);
  CHECK(*low < -0.24f);
  CHECK(*high <= 0.25f);
  CHECK(*high > 0.24f);
}

TEST_CASE("an LSTM of impossible shape or mismatched arrays are bugs") {
  CHECK_THROWS_AS(make_lstm<double>(make_spec(4, 20, Preprocessing::none)), CheckFailure);
  CHECK_THROWS_AS(make_lstm<float>(make_spec(2, 129, Preprocessing::none)), CheckFailure);
  const auto lstm = make_lstm<double>(make_spec(1, 2, Preprocessing::none));
  CHECK_THROWS_AS(lstm->set_phi(std::vector<double>(3)), CheckFailure);
  lstm->start(2);
  std::vector<double> update(2);
  CHECK_THROWS_AS(lstm->step(std::vector<double>(3), update), CheckFailure);
}
