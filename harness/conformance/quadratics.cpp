#include "harness/conformance/quadratics.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "optimizees/quadratic.hpp"

namespace l2l {

GoldenQuadratics read_quadratics(const GoldenObject& file) {
  const GoldenArray w = file.array("W");
  const std::size_t rank = w.shape.size();
  if ((rank != 2 && rank != 3) || w.shape[rank - 1] != w.shape[rank - 2] || w.data.empty())
    file.fail("W", fmt::format("shape {}, expected (n, n) or (B, n, n)", shape_text(w.shape)));
  GoldenQuadratics golden;
  golden.batched = rank == 3;
  golden.count = golden.batched ? w.shape[0] : 1;
  golden.dimension = w.shape.back();
  const std::vector<std::size_t> vectors = {w.shape.begin(), w.shape.end() - 1};
  golden.w = w.data;
  golden.y = file.array("y", vectors).data;
  golden.theta0 = file.array("theta0", vectors).data;
  return golden;
}

template <class Real>
std::vector<std::unique_ptr<Optimizee<Real>>> make_functions(const GoldenQuadratics& golden) {
  const std::vector<Real> w(golden.w.begin(), golden.w.end()), y(golden.y.begin(), golden.y.end()),
      theta0(golden.theta0.begin(), golden.theta0.end());
  const std::size_t n = golden.dimension;
  std::vector<std::unique_ptr<Optimizee<Real>>> functions;
  for (std::size_t b = 0; b < golden.count; ++b)
    functions.push_back(make_quadratic<Real>(std::span<const Real>(w).subspan(b * n * n, n * n),
                                             std::span<const Real>(y).subspan(b * n, n),
                                             std::span<const Real>(theta0).subspan(b * n, n)));
  return functions;
}

template std::vector<std::unique_ptr<Optimizee<float>>> make_functions(const GoldenQuadratics&);
template std::vector<std::unique_ptr<Optimizee<double>>> make_functions(const GoldenQuadratics&);

}  // namespace l2l
