// Trajectories of the hand-designed rules on a quadratic and on logistic regression.
#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "harness/conformance/golden.hpp"
#include "optimizees/quadratic.hpp"
#include "optimizers/rule.hpp"

namespace l2l {
namespace {

/// f(theta) and its gradient.
using Function = std::function<double(std::span<const double> theta, std::span<double> gradient)>;

struct RuleProblem {
  Function f;
  xt::xtensor<double, 1> theta0;
  std::vector<MatrixRange> matrices;
};

Function quadratic(const GoldenObject& problem, std::size_t n) {
  const NdArray w_array = problem.array("W", {n, n}), y_array = problem.array("y", {n});
  const std::vector<double>&w = doubles(w_array), &y = doubles(y_array);
  const std::shared_ptr<Optimizee<double>> f = make_quadratic<double>(w, y, std::vector<double>(n));
  return [f](std::span<const double> theta, std::span<double> gradient) {
    return f->value_and_gradient(theta, 0, gradient);
  };
}

// f(w) = mean_i ln(1 + exp(-s_i (X_i . w[0:d] + w[d])))
Function logistic(const GoldenObject& problem, std::size_t n) {
  const auto x = problem.tensor<2>("X", "(examples, n - 1)");
  const std::size_t examples = x.shape(0), d = n - 1;
  if (x.shape(1) != d) problem.fail("X", fmt::format("{} columns, expected {}", x.shape(1), d));
  const xt::xtensor<double, 1> s = tensor_of<double, 1>(problem.array("s", {examples}));
  return [x, s, examples, d](std::span<const double> w, std::span<double> gradient) {
    const xt::xtensor<double, 1> z =
        xt::sum<double>(x * shaped<const double, 1>(w.first(d), {d}), {1}) + w[d];
    const xt::xtensor<double, 1> margin = -s * z;
    const xt::xtensor<double, 1> slope = -s / (1.0 + xt::exp(-margin)) / static_cast<double>(examples);
    shaped<double, 1>(gradient.first(d), {d}) =
        xt::sum<double>(xt::view(slope, xt::all(), xt::newaxis()) * x, {0});
    gradient[d] = xt::sum<double>(slope)();
    return xt::mean<double>(xt::maximum(margin, 0.0) + xt::log1p(xt::exp(-xt::abs(margin))))();
  };
}

/// The problem's array "matrices", a row (begin, rows, columns) each; none where it has no such array.
std::vector<MatrixRange> matrices_of(const GoldenObject& problem, std::size_t n) {
  std::vector<MatrixRange> matrices;
  if (!problem.has("matrices")) return matrices;
  const auto rows = problem.tensor<2>("matrices", "(matrices, 3)");
  if (rows.shape(1) != 3) problem.fail("matrices", fmt::format("{} columns, expected 3", rows.shape(1)));
  std::size_t end = 0;
  for (std::size_t i = 0; i < rows.shape(0); ++i) {
    const auto at = [&](std::size_t column) {
      const double value = rows(i, column);
      if (!(value >= 0 && value <= static_cast<double>(n) && value == std::floor(value)))
        problem.fail("matrices", fmt::format("row {}: {} is no number of coordinates of {}", i, value, n));
      return static_cast<std::size_t>(value);
    };
    const MatrixRange matrix{at(0), at(1), at(2)};
    if (matrix.size() == 0 || matrix.begin < end || matrix.begin + matrix.size() > n)
      problem.fail("matrices", fmt::format("row {}: {} x {} from coordinate {} of {} on", i, matrix.rows,
                                           matrix.columns, matrix.begin, n));
    end = matrix.begin + matrix.size();
    matrices.push_back(matrix);
  }
  return matrices;
}

struct Method {
  const Rule& rule;
  Hyperparameters settings;
  bool seen_at_gradient_points;  // thetas are the look-ahead points
};

// A rule's name or another it has, with _y where the iterates shown are the points y that gradients are taken
// at; nullopt: no rule of ours.
std::optional<Method> method_of(std::string name) {
  const bool at_points = name.ends_with("_y");
  if (at_points) name.resize(name.size() - 2);
  for (const Rule& rule : rules()) {
    if (rule.name == name) return Method{rule, {}, at_points};
    if (const auto other = rule.also.find(name); other != rule.also.end())
      return Method{rule, other->second, at_points};
  }
  return std::nullopt;
}

// Every number beside the trajectory is a setting of the rule.
Hyperparameters settings_of(const GoldenObject& run, const Method& method) {
  Hyperparameters settings = method.settings;
  for (const auto& [key, value] : run.json().items()) {
    if (!value.is_number()) continue;
    std::string name = key;
    if (key == "lr" || key == "learningRate") name = method.rule.tuned;
    if (key == "mu") name = "momentum";
    if (key == "eps") name = "epsilon";
    if (key == "initialMean") name = "initial_mean";
    settings[name] = value.get<double>();
  }
  return settings;
}

template <class Real>
struct Trajectory {
  xt::xtensor<Real, 2> thetas, points;  // (steps + 1, n): iterates and where gradients are taken
};

// `fed`: iterates to start every step from, and where to take the gradients; null: the closed loop. Gradients
// are the double function's either way.
template <class Real>
Trajectory<Real> run_rule(const Method& method, const Hyperparameters& settings, const RuleProblem& problem,
                          std::size_t steps, const Trajectory<double>* fed) {
  const Function& f = problem.f;
  const std::size_t n = problem.theta0.size();
  const auto optimizer = method.rule.make<Real>(settings);
  optimizer->set_matrices(problem.matrices);
  optimizer->start(n);
  xt::xtensor<Real, 1> theta = xt::cast<Real>(problem.theta0), gradient = theta;
  xt::xtensor<double, 1> at, exact = xt::zeros<double>({n});
  Trajectory<Real> trajectory{xt::empty<Real>({steps + 1, n}), xt::empty<Real>({steps + 1, n})};
  for (std::size_t t = 0;; ++t) {
    xt::row(trajectory.thetas, t) = theta;
    if (fed != nullptr) theta = xt::cast<Real>(xt::row(fed->thetas, t));
    const std::span<Real> point = slice(trajectory.points, t);
    std::copy(theta.begin(), theta.end(), point.begin());
    if (optimizer->looks_ahead()) optimizer->gradient_point(theta, point);
    if (t == steps) return trajectory;
    at = xt::cast<double>(xt::row(trajectory.points, t));
    if (fed != nullptr) at = xt::row(fed->points, t);
    f(at, exact);
    gradient = xt::cast<Real>(exact);
    optimizer->step(gradient, theta);
  }
}

std::vector<double> losses_at(const Function& f, const xt::xtensor<double, 2>& thetas) {
  std::vector<double> losses, unused(thetas.shape(1));
  for (std::size_t t = 0; t < thetas.shape(0); ++t) losses.push_back(f(slice(thetas, t), unused));
  return losses;
}

void replay_method(const GoldenObject& golden, const std::string& prefix, const Method& method,
                   const RuleProblem& problem, GoldenReplay& replay) {
  const Function& f = problem.f;
  const std::size_t n = problem.theta0.size();
  const auto thetas = golden.tensor<2>("thetas", "(steps + 1, n)");
  if (thetas.shape(1) != n) golden.fail("thetas", fmt::format("{} columns, expected {}", thetas.shape(1), n));
  const std::size_t steps = thetas.shape(0) - 1;
  const Hyperparameters settings = settings_of(golden, method);

  const Trajectory<double> exact = run_rule<double>(method, settings, problem, steps, nullptr);
  const Trajectory<float> stepwise = run_rule<float>(method, settings, problem, steps, &exact);
  const bool at_points = method.seen_at_gradient_points;
  replay.compare<double>(prefix + "thetas", at_points ? exact.points : exact.thetas, thetas,
                         tolerances::kRule);
  replay.compare<float>(prefix + "thetas", at_points ? stepwise.points : stepwise.thetas, thetas,
                        tolerances::kRule);
  if (const auto losses = golden.array_if("losses"))
    replay.compare<double>(prefix + "losses", losses_at(f, at_points ? exact.points : exact.thetas),
                           doubles(*losses), tolerances::kRule);
  if (const auto points = golden.array_if("lookahead")) {
    replay.compare<double>(prefix + "lookahead", exact.points, doubles(*points), tolerances::kRule);
    replay.compare<float>(prefix + "lookahead", stepwise.points, doubles(*points), tolerances::kRule);
  }
  if (const auto losses = golden.array_if("losses_at_lookahead"))
    replay.compare<double>(prefix + "losses_at_lookahead", losses_at(f, exact.points), doubles(*losses),
                           tolerances::kRule);
}

}  // namespace

void replay_rules(const GoldenObject& file, GoldenReplay& replay) {
  for (const auto& [problem_name, problem_json] : file.json().items()) {
    if (!problem_json.is_object() || !problem_json.contains("theta0")) continue;
    const GoldenObject golden = file.object(problem_name);
    RuleProblem problem{{}, golden.tensor<1>("theta0", "(n)"), {}};
    const std::size_t n = problem.theta0.size();
    const bool known = golden.has("W") || golden.has("X");
    if (!known) {
      replay.not_implemented(problem_name, "neither a quadratic (W) nor logistic regression (X)");
      continue;
    }
    problem.f = golden.has("W") ? quadratic(golden, n) : logistic(golden, n);
    problem.matrices = matrices_of(golden, n);
    for (const auto& [name, method_json] : problem_json.items()) {
      if (!method_json.is_object() || !method_json.contains("thetas")) continue;
      const std::string path = problem_name + "." + name;
      if (const auto method = method_of(name))
        replay_method(golden.object(name), path + ".", *method, problem, replay);
      else
        replay.not_implemented(path, "no such rule");
    }
  }
}

}  // namespace l2l
