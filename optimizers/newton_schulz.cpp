#include "optimizers/newton_schulz.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"

namespace l2l {
namespace {

constexpr double kQuintic[] = {3.4445, -4.7750, 2.0315};  // of x, x^3, x^5

}  // namespace

NewtonSchulz::NewtonSchulz(std::size_t rows, std::size_t columns, std::size_t steps, double epsilon)
    : rows_(rows),
      columns_(columns),
      steps_(steps),
      epsilon_(epsilon),
      x_(std::min(rows, columns), std::max(rows, columns)),
      x_transposed_(x_.columns, x_.rows),
      next_(x_.rows, x_.columns),
      gram_(x_.rows, x_.rows),
      polynomial_(x_.rows, x_.rows) {}

template <class Real>
void NewtonSchulz::orthogonalise(std::span<Real> matrix) {
  L2L_CHECK(matrix.size() == rows_ * columns_, "matrix={} rows={} columns={}", matrix.size(), rows_,
            columns_);
  const FlushDenormals flush;
  double squares = 0;
  for (const Real value : matrix) squares += static_cast<double>(value) * static_cast<double>(value);
  const double norm = std::sqrt(squares);
  const double divisor = norm < epsilon_ ? epsilon_ : norm;  // NaN stays
  if (divisor == 0) return;
  const bool tall = rows_ > columns_;
  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t j = 0; j < columns_; ++j)
      (tall ? x_.row(j)[i] : x_.row(i)[j]) = static_cast<double>(matrix[i * columns_ + j]) / divisor;

  for (std::size_t step = 0; step < steps_; ++step) {
    transpose(x_, x_transposed_);
    matrix_product(x_, x_transposed_, gram_);
    matrix_product(gram_, gram_, polynomial_);
    for (std::size_t i = 0; i < x_.rows; ++i) {
      double* const row = polynomial_.row(i);
      for (std::size_t j = 0; j < x_.rows; ++j) row[j] = kQuintic[1] * gram_.row(i)[j] + kQuintic[2] * row[j];
      row[i] += kQuintic[0];
    }
    matrix_product(polynomial_, x_, next_);
    std::swap(x_, next_);
  }

  for (std::size_t i = 0; i < rows_; ++i)
    for (std::size_t j = 0; j < columns_; ++j)
      matrix[i * columns_ + j] = static_cast<Real>(tall ? x_.row(j)[i] : x_.row(i)[j]);
}

template void NewtonSchulz::orthogonalise(std::span<float>);
template void NewtonSchulz::orthogonalise(std::span<double>);

double newton_schulz_flop(double rows, double columns, double steps) {
  const double low = std::min(rows, columns), high = std::max(rows, columns);
  return 3 * low * high + steps * (4 * low * low * high + 2 * low * low * low + 3 * low * low + low);
}

}  // namespace l2l
