#include "harness/conformance/quadratics.hpp"

#include <fmt/format.h>
#include <xtensor/xmath.hpp>

#include "core/error.hpp"
#include "optimizees/quadratic.hpp"

namespace l2l {

GoldenQuadratics read_quadratics(const GoldenObject& file) {
  NdArray w = file.array("W");
  const std::vector<std::size_t> shape = w.shape;
  const std::size_t rank = shape.size();
  if ((rank != 2 && rank != 3) || shape[rank - 1] != shape[rank - 2] || doubles(w).empty())
    file.fail("W", fmt::format("shape {}, expected (n, n) or (B, n, n)", shape_text(shape)));
  GoldenQuadratics golden;
  golden.batched = rank == 3;
  golden.count = golden.batched ? shape[0] : 1;
  golden.dimension = shape.back();
  w.shape = {golden.count, golden.dimension, golden.dimension};
  golden.w = tensor_of<double, 3>(w);
  const auto vectors = [&](const char* key) {
    NdArray values = file.array(key, {shape.begin(), shape.end() - 1});
    values.shape = {golden.count, golden.dimension};
    return tensor_of<double, 2>(values);
  };
  golden.y = vectors("y");
  golden.theta0 = vectors("theta0");
  return golden;
}

template <class Real>
std::vector<std::unique_ptr<Optimizee<Real>>> make_functions(const GoldenQuadratics& golden) {
  const xt::xtensor<Real, 3> w = xt::cast<Real>(golden.w);
  const xt::xtensor<Real, 2> y = xt::cast<Real>(golden.y), theta0 = xt::cast<Real>(golden.theta0);
  std::vector<std::unique_ptr<Optimizee<Real>>> functions;
  for (std::size_t b = 0; b < golden.count; ++b)
    functions.push_back(make_quadratic<Real>(slice(w, b), slice(y, b), slice(theta0, b)));
  return functions;
}

template std::vector<std::unique_ptr<Optimizee<float>>> make_functions(const GoldenQuadratics&);
template std::vector<std::unique_ptr<Optimizee<double>>> make_functions(const GoldenQuadratics&);

}  // namespace l2l
