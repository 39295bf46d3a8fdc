// Dense matrix products on reused buffers: xtensor-blas' typed interface over OpenBLAS, which runs
// single-threaded inside a job.
#pragma once

#include <cstddef>
#include <string>

namespace l2l {

enum class Transpose { no, yes };

/// C (m x n) = alpha * op(A) (m x k) * op(B) (k x n) + beta * C, all row-major.
/// lda, ldb, ldc are the row strides of A, B and C as stored.
template <class Real>
void gemm(Transpose transpose_a, Transpose transpose_b, std::size_t m, std::size_t n, std::size_t k,
          Real alpha, const Real* a, std::size_t lda, const Real* b, std::size_t ldb, Real beta, Real* c,
          std::size_t ldc);

/// The kernel set OpenBLAS chose for this CPU, for instance "Zen" or "SkylakeX".
std::string blas_core();

}  // namespace l2l
