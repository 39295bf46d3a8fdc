// Compiled for every instruction set; see matrix_product.hpp.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizers/kernels/matrix_product.cpp"
#include "core/each_target.hpp"

#include <cstddef>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// kRows rows of c, from as many of a (m, k) and all of b, whose rows and those of c are `stride` long.
template <std::size_t kRows>
HWY_INLINE void ProductRows(std::size_t k, std::size_t stride, const double* a, std::size_t a_stride,
                            const double* b, double* c) {
  const hn::CappedTag<double, 8> d;
  for (std::size_t j = 0; j < stride; j += hn::MaxLanes(d)) {
    hn::Vec<decltype(d)> sums[kRows];
    for (std::size_t r = 0; r < kRows; ++r) sums[r] = hn::Zero(d);
    for (std::size_t l = 0; l < k; ++l) {
      const auto row = hn::LoadU(d, b + l * stride + j);
      for (std::size_t r = 0; r < kRows; ++r) sums[r] = sums[r] + hn::Set(d, a[r * a_stride + l]) * row;
    }
    for (std::size_t r = 0; r < kRows; ++r) hn::StoreU(sums[r], d, c + r * stride + j);
  }
}

void Product(std::size_t m, std::size_t k, std::size_t stride, const double* a, std::size_t a_stride,
             const double* b, double* c) {
  std::size_t i = 0;
  for (; i + 4 <= m; i += 4) ProductRows<4>(k, stride, a + i * a_stride, a_stride, b, c + i * stride);
  for (; i < m; ++i) ProductRows<1>(k, stride, a + i * a_stride, a_stride, b, c + i * stride);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "core/error.hpp"
#include "optimizers/kernels/isa.hpp"
#include "optimizers/kernels/matrix_product.hpp"

namespace l2l {

HWY_EXPORT(Product);

void matrix_product(const PaddedMatrix& a, const PaddedMatrix& b, PaddedMatrix& c) {
  L2L_CHECK(a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
            "({}, {}) times ({}, {}) into ({}, {})", a.rows, a.columns, b.rows, b.columns, c.rows, c.columns);
  choose_isa();
  HWY_DYNAMIC_DISPATCH(Product)
  (a.rows, a.columns, b.stride, a.values.data(), a.stride, b.values.data(), c.values.data());
}

void transpose(const PaddedMatrix& a, PaddedMatrix& b) {
  L2L_CHECK(b.rows == a.columns && b.columns == a.rows, "({}, {}) into ({}, {})", a.rows, a.columns, b.rows,
            b.columns);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) b.row(j)[i] = a.row(i)[j];
}

}  // namespace l2l
#endif  // HWY_ONCE
