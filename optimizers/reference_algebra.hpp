// Matrices of the double-precision references, and their products.
#pragma once

#include <span>

#include <xtensor/xtensor.hpp>

namespace l2l::reference {

using Vector = xt::xtensor<double, 1>;
using Matrix = xt::xtensor<double, 2>;

// In loops of a fixed order, not by xt::linalg: a row of the result depends on no other row, so that a
// function's trajectory is the same to the bit alone and in a batch, whatever OpenBLAS makes of the shapes.
/// A B.
Matrix product(const Matrix& a, const Matrix& b);
/// A B^T.
Matrix product_transposed(const Matrix& a, const Matrix& b);
/// A^T B.
Matrix transposed_product(const Matrix& a, const Matrix& b);

/// W x of every coordinate, x a row of `rows`: (N, columns of W) -> (N, rows of W).
inline Matrix times(const Matrix& w, const Matrix& rows) {
  return product_transposed(rows, w);
}

Matrix sigmoid(const Matrix& z);

/// A copy with a shape.
Vector vector_of(std::span<const double> values);

}  // namespace l2l::reference
