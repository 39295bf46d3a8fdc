// Meta-gradients through one unroll on quadratics, of every architecture: dashed edges dropped, and kept.
#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "harness/compute/function_batch.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/conformance/architecture.hpp"
#include "harness/conformance/quadratics.hpp"
#include "optimizers/architectures.hpp"

namespace l2l {
namespace {

struct MetaProblem {
  GoldenArchitecture architecture;
  GoldenQuadratics functions;
  std::size_t steps = 0;  // K
};

template <class Real>
struct Unroll {
  xt::xtensor<Real, 2> losses;                      // (K+1, B)
  xt::xtensor<Real, 2> thetas, gradients, updates;  // (K+1, B n), (K+1, B n), (K, B n)
  xt::xtensor<Real, 4> final_h, final_c;            // (layers, B, n, H)
  xt::xtensor<Real, 3> head_outputs, reads;         // (K, B n, outputs), (K, B n, R); with a memory:
  xt::xtensor<Real, 4> memories;                    // (K+1, B, n, n)
  double meta_loss = 0;
  std::vector<double> dphi;
};

// theta_t (K+1, B n) to start every step from; empty: the closed loop theta_{t+1} = theta_t + g_t.
using Fed = xt::xtensor<double, 2>;

// Runs K steps and the backward pass.
template <class Real>
Unroll<Real> run_unroll(const MetaProblem& problem, const xt::xtensor<double, 1>& weights, const Fed& fed) {
  const ArchitectureSpec& spec = problem.architecture.spec;
  const std::size_t n = problem.functions.dimension, count = problem.functions.count, all = count * n,
                    steps = problem.steps, layers = std::size_t(spec.lstm.layers),
                    hidden = std::size_t(spec.lstm.hidden);
  FunctionBatch<Real> functions(make_functions<Real>(problem.functions));
  const auto architecture = make_architecture<Real>(spec);
  const auto* const with_memory =
      spec.has_memory() ? dynamic_cast<const CoupledArchitecture<Real>*>(architecture.get()) : nullptr;
  architecture->set_phi(problem.architecture.template phi_as<Real>());
  architecture->start(count, n);
  Unroll<Real> unroll{.losses = xt::empty<Real>({steps + 1, count}),
                      .thetas = xt::empty<Real>({steps + 1, all}),
                      .gradients = xt::empty<Real>({steps + 1, all}),
                      .updates = xt::empty<Real>({steps, all}),
                      .final_h = xt::empty<Real>({layers, count, n, hidden}),
                      .final_c = xt::empty<Real>({layers, count, n, hidden}),
                      .head_outputs = xt::empty<Real>({steps, all, spec.outputs()}),
                      .reads = xt::empty<Real>({steps, all, spec.reads()}),
                      .memories = xt::empty<Real>({steps + 1, count, n, n}),
                      .dphi = std::vector<double>(problem.architecture.phi.size())};
  functions.initial_theta(slice(unroll.thetas, 0));
  architecture->begin_unroll(steps);
  for (std::size_t t = 0; t <= steps; ++t) {
    if (fed.size() > 0) xt::row(unroll.thetas, t) = xt::cast<Real>(xt::row(fed, t));
    functions.values_and_gradients(slice(unroll.thetas, t), t, slice(unroll.losses, t),
                                   slice(unroll.gradients, t));
    for (std::size_t b = 0; with_memory != nullptr && b < count; ++b)
      with_memory->copy_memory(b, slice(unroll.memories, t).subspan(b * n * n, n * n));
    if (t == steps) break;
    architecture->recorded_step(slice(unroll.gradients, t), slice(unroll.updates, t));
    if (with_memory != nullptr) {
      with_memory->copy_outputs(slice(unroll.head_outputs, t));
      with_memory->copy_reads(slice(unroll.reads, t));
    }
    xt::row(unroll.thetas, t + 1) = xt::row(unroll.thetas, t) + xt::row(unroll.updates, t);
  }
  architecture->copy_state(unroll.final_h, unroll.final_c);
  unroll.meta_loss = xt::sum<double>(weights * xt::mean<double>(unroll.losses, {1}))();
  const xt::xtensor<Real, 1> w = xt::cast<Real>(weights);
  architecture->backward(slice(unroll.gradients, steps), w, Real{1} / static_cast<Real>(count), unroll.dphi);
  return unroll;
}

// dL/dphi with the dashed edges kept, by the way back that meta-training takes, through the same unroll.
template <class Real>
std::vector<double> full_gradient(const MetaProblem& problem, const xt::xtensor<double, 1>& weights,
                                  const Fed& fed) {
  const std::size_t n = problem.functions.size(), count = problem.functions.count, steps = problem.steps;
  FunctionBatch<Real> functions(make_functions<Real>(problem.functions));
  const auto architecture = make_coupled<Real>(problem.architecture.spec);
  architecture->set_phi(problem.architecture.template phi_as<Real>());
  architecture->start(count, problem.functions.dimension);
  architecture->begin_unroll(steps);
  UnrollTape<Real> tape;
  std::vector<Real> theta(n), gradient(n), update(n), losses(count);
  functions.initial_theta(theta);
  for (std::size_t t = 0; t <= steps; ++t) {
    if (fed.size() > 0) std::ranges::copy(slice(fed, t), theta.begin());
    functions.values_and_gradients(theta, t, losses, gradient);
    if (t > 0) {
      tape.thetas.push_back(theta);
      tape.gradients.push_back(gradient);
    }
    if (t == steps) break;
    architecture->recorded_step(gradient, update);
    for (std::size_t i = 0; i < n; ++i) theta[i] += update[i];
  }
  std::vector<double> dphi(problem.architecture.phi.size());
  const xt::xtensor<Real, 1> w = xt::cast<Real>(weights);
  architecture->backward_through(
      second_order_adjoint<Real>(functions, tape, w, Real{1} / static_cast<Real>(count)), dphi);
  return dphi;
}

// A batch's state may stand as (layers, B, n, H), which is ours, or as (B, layers, n, H); where B is the
// number of layers the shape does not tell which.
template <class Real>
void compare_state(const GoldenObject& file, const char* key, const xt::xtensor<Real, 4>& actual,
                   const MetaProblem& problem, GoldenReplay& replay) {
  const auto expected = file.array_if(key);
  if (!expected) return;
  std::vector<double> values = doubles(*expected);
  const std::vector<std::size_t> functions_first = {actual.shape(1), actual.shape(0), actual.shape(2),
                                                    actual.shape(3)};
  if (problem.functions.batched && expected->shape == functions_first) {
    const xt::xtensor<double, 4> reordered = xt::transpose(tensor_of<double, 4>(*expected), {1, 0, 2, 3});
    if (largest_difference<Real>(actual, reordered) < largest_difference<Real>(actual, values))
      values.assign(reordered.begin(), reordered.end());
  }
  replay.compare<Real>(key, actual, values, tolerances::kForward);
}

// dphi against `dphi_KIND` and the finite differences of the file: `fd_KIND` of all weights or
// `fd_KIND_at_idx` of those at `fd_idx`.
template <class Real>
void compare_dphi(const GoldenObject& expected, const std::string& prefix, const std::string& kind,
                  const MetaProblem& problem, std::span<const double> dphi, GoldenReplay& replay) {
  const std::vector<Real> actual(dphi.begin(), dphi.end());
  const std::string target = "dphi_" + kind, all = "fd_" + kind, some = all + "_at_idx";
  if (expected.has(target))
    replay.compare<Real>(prefix + target, actual,
                         read_phi(expected.object(target), problem.architecture.spec),
                         tolerances::kMetaGradient);
  if (const auto differences = expected.array_if(all))
    replay.compare<Real>(prefix + all, actual, doubles(*differences), tolerances::kFiniteDifferences);
  if (!expected.has(some)) return;
  std::vector<Real> selected;
  for (const double index : expected.tensor<1>("fd_idx", "(weights)")) {
    if (!(index >= 0 && index < static_cast<double>(actual.size())))
      expected.fail("fd_idx", fmt::format("{} of {} weights", index, actual.size()));
    selected.push_back(actual[static_cast<std::size_t>(index)]);
  }
  replay.compare<Real>(prefix + some, selected, doubles(expected.array(some)),
                       tolerances::kFiniteDifferences);
}

bool has_full_gradient(const GoldenObject& file) {
  return file.has("dphi_full") || file.has("fd_full") || file.has("fd_full_at_idx");
}

template <class Real>
void compare_gradient(const GoldenObject& expected, const std::string& prefix, const MetaProblem& problem,
                      const xt::xtensor<double, 1>& weights, const Fed& fed, const Unroll<Real>& unroll,
                      GoldenReplay& replay) {
  if (expected.has("meta_loss"))
    replay.compare<Real>(prefix + "meta_loss", std::vector{static_cast<Real>(unroll.meta_loss)},
                         std::vector{expected.number("meta_loss")}, tolerances::kTrajectory);
  compare_dphi<Real>(expected, prefix, "dropped", problem, unroll.dphi, replay);
  if (has_full_gradient(expected))
    compare_dphi<Real>(expected, prefix, "full", problem, full_gradient<Real>(problem, weights, fed), replay);
}

template <class Real>
void replay_unroll_in(const GoldenObject& file, const MetaProblem& problem,
                      const xt::xtensor<double, 1>& weights, const Fed& fed, GoldenReplay& replay) {
  const Unroll<Real> unroll = run_unroll<Real>(problem, weights, fed);
  const xt::xtensor<Real, 2> gradients = xt::view(unroll.gradients, xt::range(0, problem.steps));
  replay.compare_if<Real>(file, "losses", unroll.losses, tolerances::kTrajectory);
  if (fed.size() == 0) replay.compare_if<Real>(file, "thetas", unroll.thetas, tolerances::kTrajectory);
  replay.compare_if<Real>(file, "grads", gradients, tolerances::kTrajectory);
  replay.compare_if<Real>(file, "updates", unroll.updates, tolerances::kForward);
  if (problem.architecture.spec.has_memory()) {
    replay.compare_if<Real>(file, "head_outputs", unroll.head_outputs, tolerances::kForward);
    replay.compare_if<Real>(file, "reads", unroll.reads, tolerances::kForward);
    replay.compare_if<Real>(file, "M", unroll.memories, tolerances::kForward);
  }
  compare_state<Real>(file, "final_h", unroll.final_h, problem, replay);
  compare_state<Real>(file, "final_c", unroll.final_c, problem, replay);
  compare_gradient(file, "", problem, weights, fed, unroll, replay);

  if (!file.has("alt_weightings")) return;
  const GoldenObject others = file.object("alt_weightings");
  for (const auto& [name, unused] : others.json().items()) {
    const GoldenObject other = others.object(name);
    const auto other_weights = tensor_of<double, 1>(other.array("weights", {problem.steps + 1}));
    compare_gradient(other, "alt_weightings." + name + ".", problem, other_weights, fed,
                     run_unroll<Real>(problem, other_weights, fed), replay);
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
  const MetaProblem problem{read_architecture(file), read_quadratics(file), steps_of(file)};
  xt::xtensor<double, 1> weights = xt::ones<double>({problem.steps + 1});
  weights(0) = 0;
  if (file.has("weights")) weights = tensor_of<double, 1>(file.array("weights", {problem.steps + 1}));

  replay_unroll_in<double>(file, problem, weights, {}, replay);
  const std::size_t steps = problem.steps + 1, n = problem.functions.size();
  auto thetas = file.array_if("thetas");
  if (!thetas) {
    replay_unroll_in<float>(file, problem, weights, run_unroll<double>(problem, weights, {}).thetas, replay);
    return;
  }
  if (size_of(thetas->shape) != steps * n)
    file.fail("thetas", fmt::format("shape {}, expected {} values of (K+1, n) or (K+1, B, n)",
                                    shape_text(thetas->shape), steps * n));
  thetas->shape = {steps, n};
  replay_unroll_in<float>(file, problem, weights, tensor_of<double, 2>(*thetas), replay);
}

}  // namespace l2l
