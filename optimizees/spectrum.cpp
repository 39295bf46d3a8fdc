#include "optimizees/spectrum.hpp"

#include <cmath>
#include <span>

#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

namespace l2l {
namespace {

using Vector = xt::xtensor<double, 1>;
using Matrix = xt::xtensor<double, 2>;

/// n orthonormal rows (n, n), uniformly distributed: Gram-Schmidt, twice over, on Gaussian vectors.
Matrix random_rotation(const RandomStream& stream, std::size_t n) {
  Matrix q = xt::empty<double>({n, n});
  stream.fill_normal<double>(q, 1.0);
  const auto dot = [&](std::size_t a, std::size_t b) {
    return xt::sum<double>(xt::row(q, a) * xt::row(q, b))();
  };
  for (std::size_t row = 0; row < n; ++row) {
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t other = 0; other < row; ++other)
        xt::noalias(xt::row(q, row)) -= dot(row, other) * xt::row(q, other);
    xt::noalias(xt::row(q, row)) /= std::sqrt(dot(row, row));
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
    for (std::size_t row = 0; row < n; ++row)
      xt::noalias(xt::row(w, row)) += scale * s(i) * u(i, row) * xt::row(v, i);
  return {w.begin(), w.end()};
}

}  // namespace l2l
