// Meta-gradients through one unroll on quadratics, of every architecture: dashed edges dropped, and kept.
#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "harness/compute/function_batch.hpp"
#include "harness/compute/horizon.hpp"
#include "harness/conformance/architecture.hpp"
#include "harness/conformance/quadratics.hpp"
#include "optimizers/coupled.hpp"

namespace l2l {
namespace {

struct Problem {
  GoldenArchitecture architecture;
  GoldenQuadratics functions;
  std::size_t steps = 0;  // K
};

template <class Real>
struct Unroll {
  std::vector<Real> losses, thetas, gradients, updates;  // (K+1, B), (K+1, B n), (K, B n), (K, B n)
  std::vector<Real> final_h, final_c;                    // (layers, B n, H)
  std::vector<Real> head_outputs, reads, memories;       // (K, B n, outputs), (K, B n, R), (K+1, B, n, n)
  double meta_loss = 0;
  std::vector<double> dphi;
};

// Follows what an architecture with a memory does beside the state.
template <class Real>
struct MemoryProbe {
  MemoryProbe(LearnedArchitecture<Real>* followed, const Problem& problem, Unroll<Real>& unroll)
      : architecture(problem.architecture.spec.has_memory()
                         ? dynamic_cast<CoupledArchitecture<Real>*>(followed)
                         : nullptr),
        spec(problem.architecture.spec),
        functions(problem.functions),
        seen(unroll) {}

  void before_step() {
    if (architecture == nullptr) return;
    const std::size_t each = functions.dimension * functions.dimension;
    for (std::size_t b = 0; b < functions.count; ++b)
      architecture->copy_memory(b, grown(seen.memories, each));
  }
  void after_step() {
    if (architecture == nullptr) return;
    architecture->copy_outputs(grown(seen.head_outputs, functions.size() * spec.outputs()));
    architecture->copy_reads(grown(seen.reads, functions.size() * spec.reads()));
  }

 private:
  static std::span<Real> grown(std::vector<Real>& values, std::size_t by) {
    values.resize(values.size() + by);
    return std::span<Real>(values).last(by);
  }

  CoupledArchitecture<Real>* architecture;
  const ArchitectureSpec& spec;
  const GoldenQuadratics& functions;
  Unroll<Real>& seen;
};

// Runs K steps and the backward pass. `fed`: theta_t (K+1, B n) to start every step from; empty: the closed
// loop theta_{t+1} = theta_t + g_t.
template <class Real>
Unroll<Real> run(const Problem& problem, std::span<const double> weights, std::span<const double> fed) {
  const std::size_t n = problem.functions.size(), count = problem.functions.count, steps = problem.steps;
  FunctionBatch<Real> functions(make_functions<Real>(problem.functions));
  const auto architecture = make_architecture<Real>(problem.architecture.spec);
  architecture->set_phi(problem.architecture.template phi_as<Real>());
  architecture->start(count, problem.functions.dimension);
  Unroll<Real> unroll;
  unroll.losses.resize((steps + 1) * count);
  unroll.thetas.resize((steps + 1) * n);
  unroll.gradients.resize((steps + 1) * n);
  unroll.updates.resize(steps * n);
  const auto row = [n](std::vector<Real>& rows, std::size_t t) {
    return std::span<Real>(rows).subspan(t * n, n);
  };
  functions.initial_theta(row(unroll.thetas, 0));
  MemoryProbe<Real> probe{architecture.get(), problem, unroll};
  architecture->begin_unroll(steps);
  for (std::size_t t = 0; t <= steps; ++t) {
    const std::span<Real> theta = row(unroll.thetas, t);
    if (!fed.empty()) std::copy_n(fed.begin() + static_cast<std::ptrdiff_t>(t * n), n, theta.begin());
    functions.values_and_gradients(theta, t, std::span<Real>(unroll.losses).subspan(t * count, count),
                                   row(unroll.gradients, t));
    probe.before_step();
    if (t == steps) break;
    architecture->recorded_step(row(unroll.gradients, t), row(unroll.updates, t));
    probe.after_step();
    for (std::size_t i = 0; i < n; ++i) row(unroll.thetas, t + 1)[i] = theta[i] + row(unroll.updates, t)[i];
  }
  unroll.final_h.resize(problem.architecture.state_size(n));
  unroll.final_c.resize(unroll.final_h.size());
  architecture->copy_state(unroll.final_h, unroll.final_c);
  for (std::size_t t = 0; t <= steps; ++t)
    for (std::size_t b = 0; b < count; ++b)
      unroll.meta_loss +=
          weights[t] * static_cast<double>(unroll.losses[t * count + b]) / static_cast<double>(count);
  unroll.dphi.resize(problem.architecture.phi.size());
  const std::vector<Real> w(weights.begin(), weights.end());
  architecture->backward(row(unroll.gradients, steps), w, Real{1} / static_cast<Real>(count), unroll.dphi);
  unroll.gradients.resize(steps * n);
  return unroll;
}

// dL/dphi with the dashed edges kept, by the way back that meta-training takes, through the same unroll.
template <class Real>
std::vector<double> full_gradient(const Problem& problem, std::span<const double> weights,
                                  std::span<const double> fed) {
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
    if (!fed.empty()) std::copy_n(fed.begin() + static_cast<std::ptrdiff_t>(t * n), n, theta.begin());
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
  const std::vector<Real> w(weights.begin(), weights.end());
  architecture->backward_through(
      second_order_adjoint<Real>(functions, tape, w, Real{1} / static_cast<Real>(count)), dphi);
  return dphi;
}

// A batch's state in the file, taken as (B, layers, n, H), in our order (layers, B, n, H).
std::vector<double> layers_first(const GoldenArray& state, const Problem& problem) {
  const auto layers = static_cast<std::size_t>(problem.architecture.spec.lstm.layers);
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
  const auto layers = static_cast<std::size_t>(problem.architecture.spec.lstm.layers);
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

// dphi against `dphi_KIND` and the finite differences of the file: `fd_KIND` of all weights or
// `fd_KIND_at_idx` of those at `fd_idx`.
template <class Real>
void compare_dphi(const GoldenObject& expected, const std::string& prefix, const std::string& kind,
                  const Problem& problem, std::span<const double> dphi, GoldenReplay& replay) {
  const std::vector<Real> actual(dphi.begin(), dphi.end());
  const std::string target = "dphi_" + kind, all = "fd_" + kind, some = all + "_at_idx";
  if (expected.has(target))
    replay.compare<Real>(prefix + target, actual,
                         read_phi(expected.object(target), problem.architecture.spec),
                         tolerances::kMetaGradient);
  if (const auto differences = expected.array_if(all))
    replay.compare<Real>(prefix + all, actual, differences->data, tolerances::kFiniteDifferences);
  if (!expected.has(some)) return;
  const GoldenArray indices = expected.array("fd_idx");
  std::vector<Real> selected;
  for (const double index : indices.data) {
    if (!(index >= 0 && index < static_cast<double>(actual.size())))
      expected.fail("fd_idx", fmt::format("{} of {} weights", index, actual.size()));
    selected.push_back(actual[static_cast<std::size_t>(index)]);
  }
  replay.compare<Real>(prefix + some, selected, expected.array(some).data, tolerances::kFiniteDifferences);
}

bool has_full_gradient(const GoldenObject& file) {
  return file.has("dphi_full") || file.has("fd_full") || file.has("fd_full_at_idx");
}

template <class Real>
void compare_gradient(const GoldenObject& expected, const std::string& prefix, const Problem& problem,
                      std::span<const double> weights, std::span<const double> fed,
                      const Unroll<Real>& unroll, GoldenReplay& replay) {
  if (expected.has("meta_loss"))
    replay.compare<Real>(prefix + "meta_loss", std::vector{static_cast<Real>(unroll.meta_loss)},
                         std::vector{expected.number("meta_loss")}, tolerances::kTrajectory);
  compare_dphi<Real>(expected, prefix, "dropped", problem, unroll.dphi, replay);
  if (has_full_gradient(expected))
    compare_dphi<Real>(expected, prefix, "full", problem, full_gradient<Real>(problem, weights, fed), replay);
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
  compare("head_outputs", unroll.head_outputs, tolerances::kForward);
  compare("reads", unroll.reads, tolerances::kForward);
  compare("M", unroll.memories, tolerances::kForward);
  compare_state<Real>(file, "final_h", unroll.final_h, problem, replay);
  compare_state<Real>(file, "final_c", unroll.final_c, problem, replay);
  compare_gradient(file, "", problem, weights, fed, unroll, replay);

  if (!file.has("alt_weightings")) return;
  const GoldenObject others = file.object("alt_weightings");
  for (const auto& [name, unused] : others.json().items()) {
    const GoldenObject other = others.object(name);
    const GoldenArray other_weights = other.array("weights", {problem.steps + 1});
    compare_gradient(other, "alt_weightings." + name + ".", problem, other_weights.data, fed,
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
  const Problem problem{read_architecture(file), read_quadratics(file), steps_of(file)};
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
}

}  // namespace l2l
