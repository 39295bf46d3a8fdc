// Meta-gradients through one unroll on quadratics, dashed edges dropped.
#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "harness/conformance_lstm.hpp"
#include "harness/conformance_quadratics.hpp"
#include "harness/function_batch.hpp"

namespace l2l {
namespace {

struct Problem {
  GoldenLstm lstm;
  GoldenQuadratics functions;
  std::size_t steps = 0;  // K
};

template <class Real>
struct Unroll {
  std::vector<Real> losses, thetas, gradients, updates;  // (K+1, B), (K+1, B n), (K, B n), (K, B n)
  std::vector<Real> final_h, final_c;                    // (layers, B n, H)
  double meta_loss = 0;
  std::vector<double> dphi;
};

// Runs K steps and the backward pass. `fed`: theta_t (K+1, B n) to start every step from; empty: the closed
// loop theta_{t+1} = theta_t + g_t.
template <class Real>
Unroll<Real> run(const Problem& problem, std::span<const double> weights, std::span<const double> fed) {
  const std::size_t n = problem.functions.size(), count = problem.functions.count, steps = problem.steps;
  FunctionBatch<Real> functions(make_functions<Real>(problem.functions));
  const auto lstm = golden_lstm<Real>(problem.lstm, n);
  Unroll<Real> unroll;
  unroll.losses.resize((steps + 1) * count);
  unroll.thetas.resize((steps + 1) * n);
  unroll.gradients.resize((steps + 1) * n);
  unroll.updates.resize(steps * n);
  const auto row = [n](std::vector<Real>& rows, std::size_t t) {
    return std::span<Real>(rows).subspan(t * n, n);
  };
  functions.initial_theta(row(unroll.thetas, 0));
  lstm->begin_unroll(steps);
  for (std::size_t t = 0; t <= steps; ++t) {
    const std::span<Real> theta = row(unroll.thetas, t);
    if (!fed.empty()) std::copy_n(fed.begin() + static_cast<std::ptrdiff_t>(t * n), n, theta.begin());
    functions.values_and_gradients(theta, t, std::span<Real>(unroll.losses).subspan(t * count, count),
                                   row(unroll.gradients, t));
    if (t == steps) break;
    lstm->recorded_step(row(unroll.gradients, t), row(unroll.updates, t));
    for (std::size_t i = 0; i < n; ++i) row(unroll.thetas, t + 1)[i] = theta[i] + row(unroll.updates, t)[i];
  }
  const std::size_t state = static_cast<std::size_t>(problem.lstm.spec.layers * problem.lstm.spec.hidden) * n;
  unroll.final_h.resize(state);
  unroll.final_c.resize(state);
  lstm->copy_state(unroll.final_h, unroll.final_c);
  for (std::size_t t = 0; t <= steps; ++t)
    for (std::size_t b = 0; b < count; ++b)
      unroll.meta_loss +=
          weights[t] * static_cast<double>(unroll.losses[t * count + b]) / static_cast<double>(count);
  unroll.dphi.resize(problem.lstm.phi.size());
  const std::vector<Real> w(weights.begin(), weights.end());
  lstm->backward(row(unroll.gradients, steps), w, Real{1} / static_cast<Real>(count), unroll.dphi);
  unroll.gradients.resize(steps * n);
  return unroll;
}

// A batch's state in the file, taken as (B, layers, n, H), in our order (layers, B, n, H).
std::vector<double> layers_first(const GoldenArray& state, const Problem& problem) {
  const auto layers = static_cast<std::size_t>(problem.lstm.spec.layers);
  const std::size_t count = problem.functions.count, block = state.data.size() / (layers * count);
  std::vector<double> result(state.data.size());
  for (std::size_t b = 0; b < count; ++b)
    for (std::size_t l = 0; l < layers; ++l)
      std::copy_n(state.data.begin() + static_cast<std::ptrdiff_t>((b * layers + l) * block), block,
                  result.begin() + static_cast<std::ptrdiff_t>((l * count + b) * block));
  return result;
}

// A batch's state may stand in either order; where B is the number of layers the shape does not tell which.
template <class Real>
void compare_state(const GoldenObject& file, const char* key, std::span<const Real> actual,
                   const Problem& problem, GoldenReplay& replay) {
  const auto expected = file.array_if(key);
  if (!expected) return;
  const auto layers = static_cast<std::size_t>(problem.lstm.spec.layers);
  std::vector<double> values = expected->data;
  const bool may_be_functions_first = problem.functions.batched && expected->shape.size() == 4 &&
                                      expected->shape[0] == problem.functions.count &&
                                      expected->shape[1] == layers;
  if (may_be_functions_first && values.size() == actual.size()) {
    std::vector<double> reordered = layers_first(*expected, problem);
    if (largest_difference<Real>(actual, reordered) < largest_difference<Real>(actual, values))
      values = std::move(reordered);
  }
  replay.compare<Real>(key, actual, values, tolerances::kForward);
}

template <class Real>
void compare_gradient(const GoldenObject& expected, const std::string& prefix, const Problem& problem,
                      const Unroll<Real>& unroll, GoldenReplay& replay) {
  if (expected.has("meta_loss"))
    replay.compare<Real>(prefix + "meta_loss", std::vector{static_cast<Real>(unroll.meta_loss)},
                         std::vector{expected.number("meta_loss")}, tolerances::kTrajectory);
  if (!expected.has("dphi_dropped")) return;
  const std::vector<double> dphi = read_phi(expected.object("dphi_dropped"), problem.lstm.spec);
  const std::vector<Real> actual(unroll.dphi.begin(), unroll.dphi.end());
  replay.compare<Real>(prefix + "dphi_dropped", actual, dphi, tolerances::kMetaGradient);
}

template <class Real>
void replay_in(const GoldenObject& file, const Problem& problem, std::span<const double> weights,
               std::span<const double> fed, GoldenReplay& replay) {
  const Unroll<Real> unroll = run<Real>(problem, weights, fed);
  const auto compare = [&](const char* key, std::span<const Real> actual, const Tolerance& tolerance) {
    if (const auto expected = file.array_if(key))
      replay.compare<Real>(key, actual, expected->data, tolerance);
  };
  compare("losses", unroll.losses, tolerances::kTrajectory);
  if (fed.empty()) compare("thetas", unroll.thetas, tolerances::kTrajectory);
  compare("grads", unroll.gradients, tolerances::kTrajectory);
  compare("updates", unroll.updates, tolerances::kForward);
  compare_state<Real>(file, "final_h", unroll.final_h, problem, replay);
  compare_state<Real>(file, "final_c", unroll.final_c, problem, replay);
  compare_gradient(file, "", problem, unroll, replay);

  if (!file.has("alt_weightings")) return;
  const GoldenObject others = file.object("alt_weightings");
  for (const auto& [name, unused] : others.json().items()) {
    const GoldenObject other = others.object(name);
    const GoldenArray other_weights = other.array("weights", {problem.steps + 1});
    compare_gradient(other, "alt_weightings." + name + ".", problem,
                     run<Real>(problem, other_weights.data, fed), replay);
  }
}

std::size_t steps_of(const GoldenObject& file) {
  if (file.has("cfg") && file.object("cfg").has("K")) {
    const double k = file.object("cfg").number("K");
    if (!(k >= 1 && k <= 1e6)) file.object("cfg").fail("K", fmt::format("{} steps", k));
    return static_cast<std::size_t>(k);
  }
  for (const char* key : {"weights", "losses", "thetas"})
    if (const auto array = file.array_if(key); array && !array->shape.empty() && array->shape[0] >= 2)
      return array->shape[0] - 1;
  file.fail("cfg.K", "missing");
}

}  // namespace

void replay_metagradient(const GoldenObject& file, GoldenReplay& replay) {
  const Problem problem{read_lstm(file), read_quadratics(file), steps_of(file)};
  std::vector<double> weights(problem.steps + 1, 1.0);
  weights[0] = 0;
  if (file.has("weights")) weights = file.array("weights", {problem.steps + 1}).data;

  replay_in<double>(file, problem, weights, {}, replay);
  std::vector<double> fed;
  if (const auto thetas = file.array_if("thetas"))
    fed = thetas->data;
  else
    fed = run<double>(problem, weights, {}).thetas;
  if (fed.size() != (problem.steps + 1) * problem.functions.size())
    file.fail("thetas", fmt::format("{} values, expected {} of (K+1, n) or (K+1, B, n)", fed.size(),
                                    (problem.steps + 1) * problem.functions.size()));
  replay_in<float>(file, problem, weights, fed, replay);

  constexpr const char* kWhy = "second derivatives of f are dropped, paper section 2.1";
  if (file.has("dphi_full")) replay.not_implemented("dphi_full", kWhy);
  if (file.has("alt_weightings"))
    for (const auto& [name, other] : file.json()["alt_weightings"].items())
      if (other.contains("dphi_full")) replay.not_implemented("alt_weightings." + name + ".dphi_full", kWhy);
}

}  // namespace l2l
