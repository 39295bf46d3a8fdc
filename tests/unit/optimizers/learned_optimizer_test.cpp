// Several phi, each with parameter groups of its own: the same as so many optimizers side by side.
#include "optimizers/learned_optimizer.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/unit/optimizers/lstm_test_tools.hpp"

using namespace l2l;
using namespace l2l::testing;

TEST_CASE("each phi moves its own coordinates of every function and gets the gradient of those alone") {
  const LstmSpec spec = make_spec(1, 3, Preprocessing::none);
  constexpr std::size_t kN = 10, kSteps = 3;  // two functions of five coordinates
  const PhiAssignment assignment{5, {{{1, 3}}, {{0, 1}, {3, 5}}}};
  const std::vector<std::vector<std::size_t>> owned = {{1, 2, 6, 7}, {0, 3, 4, 5, 8, 9}};
  const std::vector<double> gradients = made_up_gradients((kSteps + 1) * kN, 3), weights = {0, 1, 0.5, 2};
  const auto row = [&](std::size_t t) { return std::span(gradients).subspan(t * kN, kN); };
  const std::size_t each = phi_size(spec);
  std::vector<double> phi;
  for (const std::uint64_t seed : {1, 2}) {
    const std::vector<float> part = initial_phi(spec, seed);
    phi.insert(phi.end(), part.begin(), part.end());
  }

  LearnedOptimizer<double> optimizer(spec, assignment);
  REQUIRE(optimizer.phi_count() == 2 * each);
  optimizer.set_phi(phi);
  optimizer.start(kN);
  optimizer.begin_unroll(kSteps);
  std::vector<double> theta(kN, 0.0), dphi(2 * each, 0.0);
  for (std::size_t t = 0; t < kSteps; ++t) optimizer.step(row(t), theta);
  optimizer.backward(row(kSteps), weights, 0.5, dphi);

  for (std::size_t part = 0; part < 2; ++part) {
    const auto lstm = make_lstm<double>(spec);
    const std::size_t n = owned[part].size();
    std::vector<double> gathered(n), update(n), moved(n, 0.0), expected(each, 0.0);
    const auto gather = [&](std::size_t t) {
      for (std::size_t i = 0; i < n; ++i) gathered[i] = row(t)[owned[part][i]];
    };
    lstm->set_phi(std::span(phi).subspan(part * each, each));
    lstm->start(n);
    lstm->begin_unroll(kSteps);
    for (std::size_t t = 0; t < kSteps; ++t) {
      gather(t);
      lstm->recorded_step(gathered, update);
      for (std::size_t i = 0; i < n; ++i) moved[i] += update[i];
    }
    gather(kSteps);
    lstm->backward(gathered, weights, 0.5, expected);
    CAPTURE(part);
    for (std::size_t i = 0; i < n; ++i) CHECK(theta[owned[part][i]] == moved[i]);
    CHECK(std::vector<double>(dphi.begin() + static_cast<std::ptrdiff_t>(part * each),
                              dphi.begin() + static_cast<std::ptrdiff_t>((part + 1) * each)) == expected);
  }
}

TEST_CASE("an assignment that leaves coordinates without an optimizer is a bug") {
  CHECK_THROWS_AS(LearnedOptimizer<double>(make_spec(1, 3, Preprocessing::none), {5, {{{0, 2}}, {{3, 5}}}}),
                  CheckFailure);
}
