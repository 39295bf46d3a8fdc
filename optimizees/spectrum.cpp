#include "optimizees/spectrum.hpp"

#include <cmath>
#include <numeric>
#include <span>

#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>

#include "core/tensors.hpp"

namespace l2l {
namespace {

using Vector = xt::xtensor<double, 1>;
using Matrix = xt::xtensor<double, 2>;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// y += a x
void add(double a, std::span<const double> x, std::span<double> y) {
  for (std::size_t k = 0; k < y.size(); ++k) y[k] += a * x[k];
}

/// n orthonormal rows (n, n), uniformly distributed: Gram-Schmidt, twice over, on Gaussian vectors.
Matrix random_rotation(const RandomStream& stream, std::size_t n) {
  Matrix q = xt::empty<double>({n, n});
  stream.fill_normal<double>(q, 1.0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<double> row = slice(q, i);
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t j = 0; j < i; ++j) add(-dot(row, slice(q, j)), slice(q, j), row);
    const double norm = std::sqrt(dot(row, row));
    for (double& value : row) value /= norm;
  }
  return q;
}

/// Square roots of n eigenvalues from 1 to 1 / condition.
Vector singular_values(double condition, std::size_t n) {
  Vector s = xt::ones<double>({n});
  for (std::size_t i = 1; i < n; ++i)
    s(i) = std::pow(condition, -0.5 * static_cast<double>(i) / static_cast<double>(n - 1));
  return s;
}

}  // namespace

std::vector<float> matrix_of_condition(double condition, const RandomStream& left, const RandomStream& right,
                                       std::size_t n) {
  const Matrix u = random_rotation(left, n), v = random_rotation(right, n);
  const Vector s = singular_values(condition, n);
  const double scale = static_cast<double>(n) / std::sqrt(xt::sum<double>(xt::square(s))());
  Matrix w = xt::zeros<double>({n, n});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t row = 0; row < n; ++row) add(scale * s(i) * u(i, row), slice(v, i), slice(w, row));
  return {w.begin(), w.end()};
}

}  // namespace l2l
