// Products of small dense matrices whose bits do not depend on the instruction set, as OpenBLAS's do: for
// rules that treat parameters as matrices.
#pragma once

#include <cstddef>
#include <vector>

namespace l2l {

inline constexpr std::size_t kMatrixLanes = 8;  ///< rows are padded to a multiple of this

/// Row-major, every row as long as columns rounded up; the padding is 0 at first and has no meaning.
struct PaddedMatrix {
  PaddedMatrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count),
        columns(column_count),
        stride((column_count + kMatrixLanes - 1) / kMatrixLanes * kMatrixLanes),
        values(rows * stride) {}

  double* row(std::size_t i) { return values.data() + i * stride; }
  const double* row(std::size_t i) const { return values.data() + i * stride; }

  std::size_t rows, columns, stride;
  std::vector<double> values;
};

/// c = a b: (m, k) times (k, n) into (m, n). Every entry is summed over k in order, nothing fused.
void matrix_product(const PaddedMatrix& a, const PaddedMatrix& b, PaddedMatrix& c);

/// b = a^T.
void transpose(const PaddedMatrix& a, PaddedMatrix& b);

}  // namespace l2l
