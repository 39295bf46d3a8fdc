// A memory driven by hand: one read head and three write heads make M the inverse Hessian of BFGS.
#include <fmt/format.h>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "harness/conformance/golden.hpp"
#include "optimizees/quadratic.hpp"
#include "optimizers/shared_memory.hpp"

namespace l2l {
namespace {

struct DrivenMemory {
  xt::xtensor<double, 3> heads;  // (steps, 1 + 2 W, n): r, a_1, b_1, ...
  double scale = 1;              // M_0 = scale I

  std::size_t steps() const { return heads.shape(0); }
  std::size_t write_heads() const { return (heads.shape(1) - 1) / 2; }
  std::size_t n() const { return heads.shape(2); }
};

// M_0 = scale I, from the file; the identity where it has no M.
double initial_scale(const GoldenObject& file, std::size_t n) {
  if (!file.has("M")) return 1;
  const auto m = file.tensor<3>("M", "(steps + 1, n, n)");
  if (m.shape(1) != n || m.shape(2) != n) file.fail("M", fmt::format("not of {} coordinates", n));
  const double scale = m(0, 0, 0);
  if (xt::view(m, 0) != scale * xt::eye<double>(n)) file.fail("M", "M_0 is no multiple of the identity");
  return scale;
}

DrivenMemory read_driven(const GoldenObject& file) {
  const auto r = file.tensor<2>("r", "(steps, n)");
  const auto a = file.tensor<3>("a", "(steps, write heads, n)");
  const auto b = file.tensor<3>("b", "(steps, write heads, n)");
  const std::size_t steps = r.shape(0), heads = 1 + 2 * a.shape(1), n = r.shape(1);
  if (a.shape(0) != steps || a.shape(2) != n) file.fail("a", "not of the steps and coordinates of r");
  if (b.shape() != a.shape()) file.fail("b", "not of the shape of a");
  DrivenMemory driven{xt::empty<double>({steps, heads, n}), initial_scale(file, n)};
  xt::view(driven.heads, xt::all(), 0) = r;
  xt::view(driven.heads, xt::all(), xt::range(1, heads, 2)) = a;
  xt::view(driven.heads, xt::all(), xt::range(2, heads, 2)) = b;
  return driven;
}

template <class Real>
void replay_memory_in(const GoldenObject& file, const DrivenMemory& driven, std::size_t history,
                      GoldenReplay& replay) {
  const std::size_t n = driven.n(), steps = driven.steps();
  SharedMemory<Real> memory({1, driven.write_heads(), driven.scale, history}, n);
  const xt::xtensor<Real, 3> heads = xt::cast<Real>(driven.heads);
  auto m = xt::xtensor<Real, 3>::from_shape({steps + 1, n, n});
  auto reads = xt::xtensor<Real, 2>::from_shape({steps, n});
  for (std::size_t t = 0; t < steps; ++t) {
    memory.copy_dense(slice(m, t));
    memory.step(slice(heads, t), slice(reads, t));
  }
  memory.copy_dense(slice(m, steps));
  const std::string form = history > 0 ? " (history)" : "";
  const auto compare = [&](const char* key, std::span<const Real> actual, const Tolerance& tolerance) {
    if (const auto expected = file.array_if(key))
      replay.compare<Real>(key + form, actual, doubles(*expected), tolerance);
  };
  compare("read", reads, tolerances::kMemory);
  compare("M", m, tolerances::kMemory);
  compare("inverse_hessian", slice(m, steps), tolerances::kInverseHessian);
}

// The iterates: theta_{t+1} = theta_t - alpha M_t f'(theta_t) with exact line search along what is read.
void replay_iterates(const GoldenObject& file, const DrivenMemory& driven, GoldenReplay& replay) {
  const std::size_t n = driven.n(), steps = driven.steps();
  const xt::xtensor<double, 2> w = tensor_of<double, 2>(file.array("W", {n, n}));
  const std::vector<double> y = doubles(file.array("y", {n}));
  xt::xtensor<double, 2> thetas = tensor_of<double, 2>(file.array("thetas", {steps + 1, n}));
  const std::vector<double> expected = doubles(file.array("thetas"));
  const auto quadratic = make_quadratic<double>(w, y, slice(thetas, 0));
  SharedMemory<double> memory({1, driven.write_heads(), driven.scale, 0}, n);
  // The read head is given the gradient of our own iterate, the write heads the file's vectors.
  xt::xtensor<double, 3> heads = driven.heads;
  auto gradients = xt::xtensor<double, 2>::from_shape({steps, n});
  auto read = xt::xtensor<double, 1>::from_shape({n});
  for (std::size_t t = 0; t < steps; ++t) {
    quadratic->value_and_gradient(slice(thetas, t), t, slice(gradients, t));
    xt::view(heads, t, 0) = xt::row(gradients, t);
    memory.step(slice(heads, t), read);
    const xt::xtensor<double, 1> w_read = xt::sum<double>(w * read, {1});
    const double along = xt::sum<double>(xt::row(gradients, t) * read)();
    const double curvature = 2 * xt::sum<double>(xt::square(w_read))();
    xt::row(thetas, t + 1) = xt::row(thetas, t) - along / curvature * read;
  }
  replay.compare<double>("thetas", thetas, expected, tolerances::kBfgs);
  replay.compare<double>("r", gradients, doubles(file.array("r")), tolerances::kBfgs);
}

}  // namespace

void replay_inverse_bfgs(const GoldenObject& file, GoldenReplay& replay) {
  const DrivenMemory driven = read_driven(file);
  for (const std::size_t history : {std::size_t{0}, driven.steps()}) {
    replay_memory_in<double>(file, driven, history, replay);
    replay_memory_in<float>(file, driven, history, replay);
  }
  if (file.has("W") && file.has("y") && file.has("thetas")) replay_iterates(file, driven, replay);
}

}  // namespace l2l
