// Running rules in tests.
#pragma once

#include <vector>

#include <catch2/catch.hpp>

#include "optimizers/rule.hpp"

namespace l2l::testing {

/// theta after each of the given gradients, from theta_0 = 0, one coordinate: a matrix to rules that want
/// one.
inline std::vector<double> run(const char* rule, const Hyperparameters& given,
                               const std::vector<double>& gradients) {
  const auto optimizer = find_rule(rule)->make<double>(given);
  optimizer->set_matrices(std::vector<MatrixRange>{{0, 1, 1}});
  optimizer->start(1);
  std::vector<double> theta = {0}, thetas;
  for (const double g : gradients) {
    optimizer->step(std::vector<double>{g}, theta);
    thetas.push_back(theta[0]);
  }
  return thetas;
}

inline void check_close(const std::vector<double>& actual, const std::vector<double>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    CHECK(actual[i] == Approx(expected[i]).epsilon(1e-13).margin(1e-15));
}

/// start(n), n >= 1, with a matrix in front for rules that want one.
template <class Real>
void start_with_matrix(Optimizer<Real>& optimizer, std::size_t n) {
  const std::size_t side = n < 4 ? 1 : 2;
  optimizer.set_matrices(std::vector<MatrixRange>{{0, side, side}});
  optimizer.start(n);
}

}  // namespace l2l::testing
