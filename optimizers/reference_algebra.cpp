#include "optimizers/reference_algebra.hpp"

#include <algorithm>

#include <xtensor/xmath.hpp>

#include "core/error.hpp"

namespace l2l::reference {

Matrix product(const Matrix& a, const Matrix& b) {
  const std::size_t rows = a.shape(0), inner = a.shape(1), columns = b.shape(1);
  L2L_CHECK(b.shape(0) == inner, "a=({}, {}) b=({}, {})", rows, inner, b.shape(0), columns);
  Matrix out = xt::zeros<double>({rows, columns});
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k < inner; ++k)
      for (std::size_t j = 0; j < columns; ++j) out(i, j) += a(i, k) * b(k, j);
  return out;
}

Matrix product_transposed(const Matrix& a, const Matrix& b) {
  const std::size_t rows = a.shape(0), inner = a.shape(1), columns = b.shape(0);
  L2L_CHECK(b.shape(1) == inner, "a=({}, {}) b=({}, {})", rows, inner, columns, b.shape(1));
  Matrix out = xt::zeros<double>({rows, columns});
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t k = 0; k < inner; ++k) out(i, j) += a(i, k) * b(j, k);
  return out;
}

Matrix transposed_product(const Matrix& a, const Matrix& b) {
  const std::size_t rows = a.shape(1), inner = a.shape(0), columns = b.shape(1);
  L2L_CHECK(b.shape(0) == inner, "a=({}, {}) b=({}, {})", inner, rows, b.shape(0), columns);
  Matrix out = xt::zeros<double>({rows, columns});
  for (std::size_t k = 0; k < inner; ++k)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) out(i, j) += a(k, i) * b(k, j);
  return out;
}

Matrix sigmoid(const Matrix& z) {
  return 1.0 / (1.0 + xt::exp(-z));
}

Vector vector_of(std::span<const double> values) {
  Vector out = Vector::from_shape({values.size()});
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

}  // namespace l2l::reference
