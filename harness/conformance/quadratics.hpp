// The quadratics of a golden file: one, or B of them laid end to end.
#pragma once

#include <memory>
#include <vector>

#include "harness/conformance/golden.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

struct GoldenQuadratics {
  bool batched = false;       ///< the arrays of a single function have no leading dimension in the file
  std::size_t count = 1;      ///< B
  std::size_t dimension = 0;  ///< n
  xt::xtensor<double, 3> w;   ///< (B, n, n)
  xt::xtensor<double, 2> y, theta0;  ///< (B, n)

  std::size_t size() const { return count * dimension; }
};

/// From the keys W (n, n) or (B, n, n), y and theta0.
GoldenQuadratics read_quadratics(const GoldenObject& file);

template <class Real>
std::vector<std::unique_ptr<Optimizee<Real>>> make_functions(const GoldenQuadratics& golden);

}  // namespace l2l
