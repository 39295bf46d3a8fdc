// A memory driven by hand: one read head and three write heads make M the inverse Hessian of BFGS.
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/golden.hpp"
#include "optimizees/quadratic.hpp"
#include "optimizers/shared_memory.hpp"

namespace l2l {
namespace {

struct DrivenMemory {
  std::size_t n = 0, steps = 0, write_heads = 0;
  std::vector<double> heads;  // (steps, 1 + 2 W, n): r, a_1, b_1, ...
};

DrivenMemory read_driven(const GoldenObject& file) {
  const GoldenArray r = file.array("r"), a = file.array("a");
  if (r.shape.size() != 2 || r.data.empty()) file.fail("r", "shape (steps, n) expected");
  if (a.shape.size() != 3 || a.data.empty()) file.fail("a", "shape (steps, write heads, n) expected");
  DrivenMemory driven;
  driven.steps = r.shape[0];
  driven.n = r.shape[1];
  driven.write_heads = a.shape[1];
  const GoldenArray a_checked = file.array("a", {driven.steps, driven.write_heads, driven.n});
  const GoldenArray b = file.array("b", a_checked.shape);
  const auto append = [&](const GoldenArray& from, std::size_t row) {
    const auto begin = from.data.begin() + static_cast<std::ptrdiff_t>(row * driven.n);
    driven.heads.insert(driven.heads.end(), begin, begin + static_cast<std::ptrdiff_t>(driven.n));
  };
  for (std::size_t t = 0; t < driven.steps; ++t) {
    append(r, t);
    for (std::size_t j = 0; j < driven.write_heads; ++j) {
      append(a_checked, t * driven.write_heads + j);
      append(b, t * driven.write_heads + j);
    }
  }
  return driven;
}

template <class Real>
void replay_in(const GoldenObject& file, const DrivenMemory& driven, double scale, std::size_t history,
               GoldenReplay& replay) {
  const std::size_t n = driven.n, heads_size = (1 + 2 * driven.write_heads) * n;
  SharedMemory<Real> memory({1, driven.write_heads, scale, history}, n);
  const std::vector<Real> heads(driven.heads.begin(), driven.heads.end());
  std::vector<Real> m((driven.steps + 1) * n * n), reads(driven.steps * n);
  const auto m_at = [&](std::size_t t) { return std::span<Real>(m).subspan(t * n * n, n * n); };
  for (std::size_t t = 0; t < driven.steps; ++t) {
    memory.copy_dense(m_at(t));
    memory.step(std::span<const Real>(heads).subspan(t * heads_size, heads_size),
                std::span<Real>(reads).subspan(t * n, n));
  }
  memory.copy_dense(m_at(driven.steps));
  const std::string form = history > 0 ? " (history)" : "";
  const auto compare = [&](const char* key, std::span<const Real> actual, const Tolerance& tolerance) {
    if (const auto expected = file.array_if(key))
      replay.compare<Real>(key + form, actual, expected->data, tolerance);
  };
  compare("read", reads, tolerances::kMemory);
  compare("M", m, tolerances::kMemory);
  compare("inverse_hessian", m_at(driven.steps), tolerances::kInverseHessian);
}

// M_0 = scale I, from the file; the identity where it has no M.
double initial_scale(const GoldenObject& file, std::size_t n) {
  const auto m = file.array_if("M");
  if (!m) return 1;
  if (m->data.size() < n * n) file.fail("M", fmt::format("{} values", m->data.size()));
  for (std::size_t k = 0; k < n * n; ++k)
    if (m->data[k] != (k % (n + 1) == 0 ? m->data[0] : 0))
      file.fail("M", "M_0 is no multiple of the identity");
  return m->data[0];
}

// The iterates: theta_{t+1} = theta_t - alpha M_t f'(theta_t) with exact line search along what is read.
void replay_iterates(const GoldenObject& file, const DrivenMemory& driven, double scale,
                     GoldenReplay& replay) {
  const GoldenArray w = file.array("W", {driven.n, driven.n}), y = file.array("y", {driven.n});
  const GoldenArray thetas = file.array("thetas", {driven.steps + 1, driven.n});
  const std::size_t n = driven.n, heads_size = (1 + 2 * driven.write_heads) * n;
  SharedMemory<double> memory({1, driven.write_heads, scale, 0}, n);
  std::vector<double> theta(thetas.data.begin(), thetas.data.begin() + static_cast<std::ptrdiff_t>(n));
  std::vector<double> iterates = theta, gradients, heads, read(n), gradient(n);
  const auto quadratic = make_quadratic<double>(w.data, y.data, theta);
  for (std::size_t t = 0; t < driven.steps; ++t) {
    quadratic->value_and_gradient(theta, t, gradient);
    // The read head is given the gradient of our own iterate, the write heads the file's vectors.
    heads.assign(driven.heads.begin() + static_cast<std::ptrdiff_t>(t * heads_size),
                 driven.heads.begin() + static_cast<std::ptrdiff_t>((t + 1) * heads_size));
    std::copy(gradient.begin(), gradient.end(), heads.begin());
    memory.step(heads, read);
    double along = 0, curvature = 0;
    for (std::size_t row = 0; row < n; ++row) {
      double w_read = 0;
      for (std::size_t k = 0; k < n; ++k) w_read += w.data[row * n + k] * read[k];
      curvature += 2 * w_read * w_read;
      along += gradient[row] * read[row];
    }
    for (std::size_t k = 0; k < n; ++k) theta[k] -= along / curvature * read[k];
    iterates.insert(iterates.end(), theta.begin(), theta.end());
    gradients.insert(gradients.end(), gradient.begin(), gradient.end());
  }
  replay.compare<double>("thetas", iterates, thetas.data, tolerances::kBfgs);
  replay.compare<double>("r", gradients, file.array("r").data, tolerances::kBfgs);
}

}  // namespace

void replay_inverse_bfgs(const GoldenObject& file, GoldenReplay& replay) {
  const DrivenMemory driven = read_driven(file);
  const double scale = initial_scale(file, driven.n);
  for (const std::size_t history : {std::size_t{0}, driven.steps}) {
    replay_in<double>(file, driven, scale, history, replay);
    replay_in<float>(file, driven, scale, history, replay);
  }
  if (file.has("W") && file.has("y") && file.has("thetas")) replay_iterates(file, driven, scale, replay);
}

}  // namespace l2l
