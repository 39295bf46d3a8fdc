// The memory that reads like the equations against the fast one, with which it shares no code.
#include "optimizers/memory_reference.hpp"

#include <catch2/catch.hpp>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xmath.hpp>

#include "core/error.hpp"
#include "core/random.hpp"

using namespace l2l;
using namespace l2l::reference;

namespace {

Matrix random_matrix(std::uint64_t seed, std::size_t rows, std::size_t columns) {
  Matrix m = Matrix::from_shape({rows, columns});
  RandomStream(seed).fill_normal<double>(m, 0.5);
  return m;
}

double distance(const Matrix& a, const Matrix& b) {
  return xt::amax(xt::abs(a - b))();
}

}  // namespace

TEST_CASE("memory: what is read, written and taken back is the reference's, dense and with a history") {
  constexpr std::size_t kN = 5, kBefore = 3, kSteps = 6;
  constexpr double kRounding = 1e-13;
  const auto [reads, writes] = GENERATE(table<std::size_t, std::size_t>({{1, 3}, {2, 1}}));
  const double scale = GENERATE(0.0, 0.7);
  const std::size_t history = GENERATE(0, 1, 2, 4, 100);
  CAPTURE(reads, writes, scale, history);
  const std::size_t heads = reads + 2 * writes;
  const MemoryForm form{reads, writes, scale, history};
  ReferenceMemory reference(form, kN);
  SharedMemory<double> fast(form, kN);
  Matrix results = Matrix::from_shape({reads, kN}), m = Matrix::from_shape({kN, kN});
  for (int unroll = 0; unroll < 2; ++unroll) {
    for (std::size_t t = 0; t < kBefore + kSteps; ++t) {
      if (t == kBefore) reference.begin_unroll();
      if (t == kBefore) fast.begin_unroll();
      const Matrix h = random_matrix(100 * unroll + t, heads, kN);  // a row per head; the reference: a column
      fast.step(h, results);
      CHECK(distance(xt::transpose(reference.step(xt::transpose(h))), results) < kRounding);
      fast.copy_dense(m);
      CHECK(distance(reference.m(), m) < kRounding);
    }
    Matrix dheads = Matrix::from_shape({heads, kN});
    for (std::size_t t = kSteps; t-- > 0;) {
      const Matrix dresults = random_matrix(1000 + t, reads, kN);
      fast.step_back(dresults, dheads);
      CHECK(distance(xt::transpose(reference.step_back(xt::transpose(dresults))), dheads) < kRounding);
    }
    CHECK_THROWS_AS(reference.step_back(Matrix::from_shape({kN, reads})), CheckFailure);
    reference.end_unroll();
    fast.end_unroll();
  }
}
