// BFGS and L-BFGS: worked by hand, on quadratics, and function by function in a batch. Their bits:
// rules_bits_test.cpp.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "optimizers/rule.hpp"
#include "tests/unit/optimizers/quadratic_gradient.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

double norm(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("BFGS and L-BFGS worked by hand in one dimension") {
  for (const char* rule : {"bfgs", "l-bfgs"}) {
    CAPTURE(rule);
    const auto optimizer = find_rule(rule)->make<double>({});
    optimizer->start(1);
    std::vector<double> theta = {0};
    const auto step = [&](double g) {
      optimizer->step(std::vector<double>{g}, theta);
      return theta[0];
    };
    CHECK(step(4) == Approx(-1));       // 1 / |g| along -g
    CHECK(step(2) == Approx(-2));       // s = -1, y = -2: H = 1/2
    CHECK(step(2.5) == Approx(-3.25));  // s y < 0 is left out: H stays 1/2
    const auto short_first = find_rule(rule)->make<double>({{"learning_rate", 0.5}});
    short_first->start(1);
    theta = {0};
    short_first->step(std::vector<double>{0.2}, theta);
    CHECK(theta[0] == Approx(-0.1));  // ||g||_1 < 1: lr along -g
  }
}

TEST_CASE("BFGS and L-BFGS converge on quadratics, superlinearly at the end") {
  for (const char* rule : {"bfgs", "l-bfgs"}) {
    for (const std::size_t n : {2, 5, 12}) {
      CAPTURE(rule, n);
      const auto optimizer = find_rule(rule)->make<double>({});
      optimizer->start(n);
      std::vector<double> theta(n, 0.0);
      const double start = norm(gradient_at(theta));
      std::size_t steps = 0;
      for (; steps < 8 * n && norm(gradient_at(theta)) > 1e-9 * start; ++steps)
        optimizer->step(gradient_at(theta), theta);
      CHECK(steps < 5 * n + 10);
      CHECK(norm(gradient_at(theta)) <= 1e-9 * start);
    }
  }
}

TEST_CASE("BFGS and L-BFGS keep one Hessian a function") {
  const std::size_t n = 4, functions = 3;
  for (const char* rule : {"bfgs", "l-bfgs"}) {
    CAPTURE(rule);
    const auto start = [&](std::size_t f) {
      std::vector<double> theta(n);
      RandomStream(f).fill_normal<double>(theta, 1.0);
      return theta;
    };
    const auto batch = find_rule(rule)->make<double>({});
    batch->start_batch(functions, n);
    std::vector<std::vector<double>> alone;
    std::vector<double> together;
    for (std::size_t f = 0; f < functions; ++f) {
      const auto optimizer = find_rule(rule)->make<double>({});
      optimizer->start(n);
      std::vector<double> theta = start(f);
      together.insert(together.end(), theta.begin(), theta.end());
      for (int t = 0; t < 6; ++t) optimizer->step(gradient_at(theta), theta);
      alone.push_back(theta);
    }
    for (int t = 0; t < 6; ++t) {
      std::vector<double> gradients;
      for (std::size_t f = 0; f < functions; ++f) {
        const auto begin = together.begin() + static_cast<std::ptrdiff_t>(f * n);
        const auto g = gradient_at({begin, begin + static_cast<std::ptrdiff_t>(n)});
        gradients.insert(gradients.end(), g.begin(), g.end());
      }
      batch->step(gradients, together);
    }
    for (std::size_t f = 0; f < functions; ++f)
      for (std::size_t k = 0; k < n; ++k) CHECK(together[f * n + k] == alone[f][k]);
  }
}

TEST_CASE("L-BFGS forgets pairs beyond its history") {
  const auto run = [](double history) {
    const auto optimizer = find_rule("l-bfgs")->make<double>({{"history", history}});
    optimizer->start(6);
    std::vector<double> theta(6, 0.0);
    for (int t = 0; t < 6; ++t) optimizer->step(gradient_at(theta), theta);
    return theta;
  };
  CHECK(run(5) == run(100));
  CHECK(run(2) != run(100));
}
