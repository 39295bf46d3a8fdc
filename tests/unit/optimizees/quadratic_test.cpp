#include "optimizees/quadratic.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "core/tolerances.hpp"
#include "finite_differences.hpp"

using namespace l2l;

namespace {

template <class Real>
std::vector<Real> draw(std::uint64_t seed, std::size_t n, double stddev = 1.0) {
  std::vector<Real> values(n);
  RandomStream(seed).fill_normal<Real>(values, stddev);
  return values;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("a quadratic worked by hand") {
  // W = [[1, 2], [0, 3]], y = (1, -1), theta = (2, 1): residual (3, 4), f = 25, gradient 2 W^T r = (6, 36).
  const std::vector<double> w = {1, 2, 0, 3}, y = {1, -1}, theta = {2, 1};
  const auto f = make_quadratic<double>(w, y, theta);
  std::vector<double> gradient(2), start(2);
  CHECK(f->value(theta, 0) == 25);
  CHECK(f->value_and_gradient(theta, 7, gradient) == 25);
  CHECK(gradient == std::vector<double>{6, 36});
  f->initial_theta(start);
  CHECK(start == theta);
}

TEST_CASE("a quadratic's gradient agrees with finite differences") {
  for (const std::size_t n : {1U, 2U, 7U, 10U, 33U}) {
    const auto f =
        make_quadratic<double>(draw<double>(n, n * n), draw<double>(n + 100, n), draw<double>(n + 200, n));
    CHECK(finite_difference_error(*f, draw<double>(n + 300, n)) < 1e-8);
  }
}

TEST_CASE("a quadratic's Hessian times a vector, by hand and by finite differences") {
  // W = [[1, 2], [0, 3]]: 2 W^T W = [[2, 4], [4, 26]].
  std::vector<double> product(2, 7.0);
  const std::vector<double> nowhere = {5, 6};
  const auto by_hand =
      make_quadratic<double>(std::vector<double>{1, 2, 0, 3}, std::vector<double>{1, -1}, nowhere);
  by_hand->hessian_vector_product(nowhere, 3, std::vector<double>{1, -1}, product);
  CHECK(product == std::vector<double>{-2, -22});

  for (const std::size_t n : {1U, 2U, 7U, 33U}) {
    const auto f =
        make_quadratic<double>(draw<double>(n, n * n), draw<double>(n + 100, n), draw<double>(n + 200, n));
    CHECK(hessian_vector_error(*f, draw<double>(n + 300, n), draw<double>(n + 400, n)) < 1e-8);
  }
}

TEST_CASE("a sampled quadratic's Hessian times a vector is the change of its gradient") {
  const auto f = make_quadratic_family({})->sample(Role::train, 0);
  std::vector<float> theta(10, 0.0F), v = draw<float>(1, 10), at_zero(10), at_v(10), product(10);
  f->value_and_gradient(theta, 0, at_zero);
  f->value_and_gradient(v, 0, at_v);
  f->hessian_vector_product(theta, 0, v, product);
  const double margin = tolerances::kTrajectory.float32 * largest_entry(at_v);
  for (std::size_t i = 0; i < 10; ++i) CHECK(product[i] == Approx(at_v[i] - at_zero[i]).margin(margin));
}

TEST_CASE("a float quadratic agrees with the double one") {
  const std::size_t n = 10;
  const auto w = draw<float>(1, n * n), y = draw<float>(2, n), theta = draw<float>(3, n);
  const auto in_float = make_quadratic<float>(w, y, theta);
  const auto in_double =
      make_quadratic<double>(std::vector<double>(w.begin(), w.end()), std::vector<double>(y.begin(), y.end()),
                             std::vector<double>(theta.begin(), theta.end()));
  std::vector<float> g(n);
  std::vector<double> exact(n);
  const double f = in_double->value_and_gradient(std::vector<double>(theta.begin(), theta.end()), 0, exact);
  CHECK(in_float->value_and_gradient(theta, 0, g) == Approx(f).epsilon(tolerances::kTrajectory.float32));
  const double margin = tolerances::kSmallQuadratic.float32 * largest_entry(exact);
  for (std::size_t i = 0; i < n; ++i) CHECK(g[i] == Approx(exact[i]).margin(margin));
}

TEST_CASE("NaN in theta shows in the value") {
  QuadraticFamilyOptions options;
  const auto f = make_quadratic_family(options)->sample(Role::test, 0);
  std::vector<float> theta(10, 0.0F);
  theta[3] = std::nanf("");
  CHECK(std::isnan(f->value(theta, 0)));
}

TEST_CASE("sampled quadratics have the coefficients of their distribution") {
  // f and its gradient at chosen points reveal y and W: gradient(0) = -2 W^T y, f(0) = |y|^2,
  // f(e_j) - f(0) - gradient_j(0) = |W e_j|^2.
  const std::size_t n = 10, count = 400;
  for (const auto distribution : {QuadraticDistribution::gaussian, QuadraticDistribution::uniform}) {
    QuadraticFamilyOptions options;
    options.distribution = distribution;
    options.init_stddev = 0.5;
    const auto family = make_quadratic_family(options);
    REQUIRE(family->dimension() == n);
    std::vector<double> y_squares, w_squares, theta0, theta0_squares, products;
    std::vector<float> theta(n), gradient(n);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto f = family->sample(Role::test, i);
      f->initial_theta(theta);
      for (const float t : theta) {
        theta0.push_back(t);
        theta0_squares.push_back(static_cast<double>(t) * t);
      }
      std::fill(theta.begin(), theta.end(), 0.0F);
      const double at_zero = f->value_and_gradient(theta, 0, gradient);
      y_squares.push_back(at_zero / n);
      for (std::size_t j = 0; j < n; ++j) {
        products.push_back(-gradient[j] / 2 / n);  // mean over i of W_ij y_i
        std::fill(theta.begin(), theta.end(), 0.0F);
        theta[j] = 1;
        w_squares.push_back((f->value(theta, 0) - at_zero - gradient[j]) / n);
      }
    }
    const bool gaussian = distribution == QuadraticDistribution::gaussian;
    CHECK(mean(y_squares) == Approx(gaussian ? 1.0 : 1.0 / 3).epsilon(0.1));
    CHECK(mean(w_squares) == Approx(gaussian ? 1.0 : 1.0 / 3).epsilon(0.05));
    CHECK(mean(products) == Approx(gaussian ? 0.0 : 0.25).margin(0.03));
    CHECK(mean(theta0) == Approx(0).margin(0.03));
    CHECK(mean(theta0_squares) == Approx(0.25).epsilon(0.1));
  }
}

TEST_CASE("a quadratic of a given condition number has it, and the size of a Gaussian one") {
  QuadraticFamilyOptions options;
  options.identity = "spectrum";
  options.distribution = QuadraticDistribution::spectrum;
  options.condition = GENERATE(1.0, 10.0, 1000.0);
  const std::size_t n = options.dimension = GENERATE(1, 2, 10);
  const auto family = make_quadratic_family(options);
  for (std::uint64_t index = 0; index < 3; ++index) {
    const auto f = family->sample(Role::test, index);
    // The Hessian 2 W^T W from gradients of the unit vectors; its trace is 2 ||W||_F^2.
    std::vector<float> at_zero(n), gradient(n), theta(n, 0.0F);
    f->value_and_gradient(theta, 0, at_zero);
    std::vector<double> hessian(n * n);
    double trace = 0;
    for (std::size_t k = 0; k < n; ++k) {
      theta.assign(n, 0.0F);
      theta[k] = 1;
      f->value_and_gradient(theta, 0, gradient);
      for (std::size_t i = 0; i < n; ++i) hessian[i * n + k] = static_cast<double>(gradient[i] - at_zero[i]);
      trace += hessian[k * n + k];
    }
    CHECK(trace == Approx(2.0 * static_cast<double>(n * n)).epsilon(1e-4));
    if (n == 1) continue;
    if (options.condition == 1) {  // a rotation
      for (std::size_t i = 0; i < n * n; ++i)
        CHECK(hessian[i] == Approx(i % (n + 1) == 0 ? 2.0 * static_cast<double>(n) : 0.0).margin(1e-4));
      continue;
    }
    // Largest and smallest eigenvalue by power iteration on H and on (largest I - H).
    const auto top = [&](double shift) {
      std::vector<double> v(n, 1.0), w(n);
      v[0] = 0.3;
      double norm = 0;
      for (int i = 0; i < 20000; ++i) {
        norm = 0;
        for (std::size_t r = 0; r < n; ++r) {
          w[r] = shift * v[r];
          for (std::size_t k = 0; k < n; ++k) w[r] += (shift == 0 ? 1.0 : -1.0) * hessian[r * n + k] * v[k];
          norm += w[r] * w[r];
        }
        norm = std::sqrt(norm);
        for (std::size_t r = 0; r < n; ++r) v[r] = w[r] / norm;
      }
      return norm;
    };
    const double largest = top(0), smallest = largest - top(largest);
    CHECK(largest / smallest == Approx(options.condition).epsilon(0.02));
  }
}
