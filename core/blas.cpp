#include "core/blas.hpp"

#include <mutex>

#include <xtensor-blas/xblas.hpp>

// OpenBLAS' own controls; its cblas.h cannot be included beside xtensor-blas, which declares cblas itself.
extern "C" void openblas_set_num_threads(int threads);
extern "C" char* openblas_get_corename(void);

namespace l2l {
namespace {

void use_one_thread() {
  static std::once_flag once;
  std::call_once(once, [] { openblas_set_num_threads(1); });
}

cxxblas::Transpose to_blas(Transpose t) {
  return t == Transpose::yes ? cxxblas::Trans : cxxblas::NoTrans;
}

}  // namespace

template <class Real>
void gemm(Transpose transpose_a, Transpose transpose_b, std::size_t m, std::size_t n, std::size_t k,
          Real alpha, const Real* a, std::size_t lda, const Real* b, std::size_t ldb, Real beta, Real* c,
          std::size_t ldc) {
  use_one_thread();
  using Index = int;
  cxxblas::gemm<Index>(cxxblas::RowMajor, to_blas(transpose_a), to_blas(transpose_b), static_cast<Index>(m),
                       static_cast<Index>(n), static_cast<Index>(k), alpha, a, static_cast<Index>(lda), b,
                       static_cast<Index>(ldb), beta, c, static_cast<Index>(ldc));
}

template void gemm(Transpose, Transpose, std::size_t, std::size_t, std::size_t, float, const float*,
                   std::size_t, const float*, std::size_t, float, float*, std::size_t);
template void gemm(Transpose, Transpose, std::size_t, std::size_t, std::size_t, double, const double*,
                   std::size_t, const double*, std::size_t, double, double*, std::size_t);

std::string blas_core() {
  return openblas_get_corename();
}

}  // namespace l2l
