// Orthogonalisation of a matrix by Newton-Schulz iterations, without a singular value decomposition.
#pragma once

#include <cstddef>
#include <span>

#include "optimizers/kernels/matrix_product.hpp"

namespace l2l {

/// For M = U S V^T approximately U V^T: the quintic iteration of Jordan et al. (2024, "Muon: An optimizer for
/// hidden layers in neural networks"),
///   X <- M / max(||M||_F, epsilon); as often as `steps`: A = X X^T; X <- a X + (b A + c A^2) X
/// with (a, b, c) = (3.4445, -4.7750, 2.0315), which takes singular values to about 1 (0.7 to 1.2) fast, not
/// exactly; X is transposed where M has more rows than columns. In double, whatever M is in.
class NewtonSchulz {
 public:
  NewtonSchulz(std::size_t rows, std::size_t columns, std::size_t steps, double epsilon);

  /// In place. NaN and infinities make all of it NaN.
  /// @param matrix  (rows, columns) row-major
  template <class Real>
  void orthogonalise(std::span<Real> matrix);

 private:
  std::size_t rows_, columns_, steps_;
  double epsilon_;
  PaddedMatrix x_, x_transposed_, next_;  // X, wider than high
  PaddedMatrix gram_, polynomial_;        // A, and a I + b A + c A^2
};

/// FLOP of it all.
double newton_schulz_flop(double rows, double columns, double steps);

}  // namespace l2l
