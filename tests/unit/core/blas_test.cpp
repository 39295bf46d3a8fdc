#include "core/blas.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "core/random.hpp"

using namespace l2l;

namespace {

/// A matrix of random values inside a wider buffer; what lies between the rows must not be touched.
template <class Real>
struct Padded {
  std::size_t rows, columns, stride;
  std::vector<Real> values;

  Padded(std::size_t r, std::size_t c, std::size_t padding, std::uint64_t seed)
      : rows(r), columns(c), stride(c + padding), values(r * stride) {
    RandomStream(seed).fill_normal<Real>(values, 1.0);
  }
  Real at(Transpose transpose, std::size_t i, std::size_t j) const {
    return transpose == Transpose::yes ? values[j * stride + i] : values[i * stride + j];
  }
};

template <class Real>
void check_against_naive(Transpose ta, Transpose tb, std::size_t m, std::size_t n, std::size_t k, Real alpha,
                         Real beta, std::size_t padding) {
  const bool a_turned = ta == Transpose::yes, b_turned = tb == Transpose::yes;
  const Padded<Real> a(a_turned ? k : m, a_turned ? m : k, padding, 1);
  const Padded<Real> b(b_turned ? n : k, b_turned ? k : n, 2 * padding, 2);
  const Padded<Real> before(m, n, padding, 3);
  Padded<Real> c = before;
  gemm(ta, tb, m, n, k, alpha, a.values.data(), a.stride, b.values.data(), b.stride, beta, c.values.data(),
       c.stride);
  const double tolerance = 8 * static_cast<double>(k) * std::numeric_limits<Real>::epsilon();
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t l = 0; l < k; ++l)
        sum += static_cast<double>(a.at(ta, i, l)) * static_cast<double>(b.at(tb, l, j));
      const double expected = static_cast<double>(alpha) * sum +
                              static_cast<double>(beta) * static_cast<double>(before.at(Transpose::no, i, j));
      REQUIRE(std::abs(static_cast<double>(c.at(Transpose::no, i, j)) - expected) <=
              tolerance * (4 + std::abs(expected)));
    }
    for (std::size_t j = n; j < c.stride; ++j)
      REQUIRE(c.values[i * c.stride + j] == before.values[i * c.stride + j]);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("matrix products agree with the definition", "", float, double) {
  struct Size {
    std::size_t m, n, k;
  };
  for (const Size size : {Size{1, 1, 1}, Size{1, 5, 3}, Size{7, 1, 9}, Size{3, 17, 2}, Size{33, 20, 65}}) {
    for (const Transpose ta : {Transpose::no, Transpose::yes}) {
      for (const Transpose tb : {Transpose::no, Transpose::yes}) {
        check_against_naive<TestType>(ta, tb, size.m, size.n, size.k, 1, 0, 0);
        check_against_naive<TestType>(ta, tb, size.m, size.n, size.k, TestType(0.5), TestType(-2), 3);
      }
    }
  }
}

TEST_CASE("with beta = 0 what was in C does not matter, not even NaN") {
  const float a = 3, b = 4;
  float c = std::nanf("");
  gemm(Transpose::no, Transpose::no, 1, 1, 1, 1.0F, &a, 1, &b, 1, 0.0F, &c, 1);
  CHECK(c == 12);
}

TEST_CASE("OpenBLAS names its kernels") {
  CHECK_FALSE(blas_core().empty());
}
