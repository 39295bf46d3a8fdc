// Trajectories of the hand-designed rules on a quadratic and on logistic regression.
#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "harness/conformance/golden.hpp"
#include "optimizees/quadratic.hpp"
#include "optimizers/rule.hpp"

namespace l2l {
namespace {

/// f(theta) and its gradient.
using Function = std::function<double(std::span<const double> theta, std::span<double> gradient)>;

Function quadratic(const GoldenObject& problem, std::size_t n) {
  const std::vector<double> w = problem.array("W", {n, n}).data, y = problem.array("y", {n}).data;
  const std::shared_ptr<Optimizee<double>> f = make_quadratic<double>(w, y, std::vector<double>(n));
  return [f](std::span<const double> theta, std::span<double> gradient) {
    return f->value_and_gradient(theta, 0, gradient);
  };
}

// f(w) = mean_i ln(1 + exp(-s_i (X_i . w[0:d] + w[d])))
Function logistic(const GoldenObject& problem, std::size_t n) {
  const GoldenArray x = problem.array("X");
  if (x.shape.size() != 2 || x.shape[1] + 1 != n || x.shape[0] == 0)
    problem.fail("X", fmt::format("shape {}, expected (examples, {})", shape_text(x.shape), n - 1));
  const std::vector<double> s = problem.array("s", {x.shape[0]}).data;
  return [x, s, d = n - 1](std::span<const double> w, std::span<double> gradient) {
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
      const double* const row = x.data.data() + i * d;
      double z = w[d];
      for (std::size_t j = 0; j < d; ++j) z += row[j] * w[j];
      const double margin = -s[i] * z;
      sum += std::max(margin, 0.0) + std::log1p(std::exp(-std::abs(margin)));
      const double slope = -s[i] / (1 + std::exp(-margin)) / static_cast<double>(s.size());
      for (std::size_t j = 0; j < d; ++j) gradient[j] += slope * row[j];
      gradient[d] += slope;
    }
    return sum / static_cast<double>(s.size());
  };
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
  std::vector<Real> thetas, points;  // (steps + 1, n): iterates and where gradients are taken
};

// `fed` (steps + 1, n): iterates to start every step from; empty: the closed loop. Gradients are the double
// function's either way.
template <class Real>
Trajectory<Real> run(const Method& method, const Hyperparameters& settings, const Function& f,
                     std::span<const double> theta0, std::size_t steps, std::span<const double> fed,
                     std::span<const double> fed_points) {
  const std::size_t n = theta0.size();
  const auto optimizer = method.rule.make<Real>(settings);
  optimizer->start(n);
  std::vector<Real> theta(theta0.begin(), theta0.end()), point(n), gradient(n);
  Trajectory<Real> trajectory;
  for (std::size_t t = 0;; ++t) {
    trajectory.thetas.insert(trajectory.thetas.end(), theta.begin(), theta.end());
    if (!fed.empty()) std::copy_n(fed.begin() + static_cast<std::ptrdiff_t>(t * n), n, theta.begin());
    point = theta;
    if (optimizer->looks_ahead()) optimizer->gradient_point(theta, point);
    trajectory.points.insert(trajectory.points.end(), point.begin(), point.end());
    if (t == steps) return trajectory;
    std::vector<double> at(point.begin(), point.end()), exact(n);
    if (!fed.empty()) std::copy_n(fed_points.begin() + static_cast<std::ptrdiff_t>(t * n), n, at.begin());
    f(at, exact);
    std::copy(exact.begin(), exact.end(), gradient.begin());
    optimizer->step(gradient, theta);
  }
}

std::vector<double> losses_at(const Function& f, std::span<const double> thetas, std::size_t n) {
  std::vector<double> losses, unused(n);
  for (std::size_t at = 0; at < thetas.size(); at += n) losses.push_back(f(thetas.subspan(at, n), unused));
  return losses;
}

void replay_method(const GoldenObject& golden, const std::string& prefix, const Method& method,
                   const Function& f, std::span<const double> theta0, GoldenReplay& replay) {
  const std::size_t n = theta0.size();
  const GoldenArray thetas = golden.array("thetas");
  if (thetas.shape.size() != 2 || thetas.shape[1] != n || thetas.shape[0] == 0)
    golden.fail("thetas", fmt::format("shape {}, expected (steps + 1, {})", shape_text(thetas.shape), n));
  const std::size_t steps = thetas.shape[0] - 1;
  const Hyperparameters settings = settings_of(golden, method);

  const Trajectory<double> exact = run<double>(method, settings, f, theta0, steps, {}, {});
  const Trajectory<float> stepwise =
      run<float>(method, settings, f, theta0, steps, exact.thetas, exact.points);
  const bool at_points = method.seen_at_gradient_points;
  replay.compare<double>(prefix + "thetas", at_points ? exact.points : exact.thetas, thetas.data,
                         tolerances::kRule);
  replay.compare<float>(prefix + "thetas", at_points ? stepwise.points : stepwise.thetas, thetas.data,
                        tolerances::kRule);
  if (const auto losses = golden.array_if("losses"))
    replay.compare<double>(prefix + "losses", losses_at(f, at_points ? exact.points : exact.thetas, n),
                           losses->data, tolerances::kRule);
  if (const auto points = golden.array_if("lookahead")) {
    replay.compare<double>(prefix + "lookahead", exact.points, points->data, tolerances::kRule);
    replay.compare<float>(prefix + "lookahead", stepwise.points, points->data, tolerances::kRule);
  }
  if (const auto losses = golden.array_if("losses_at_lookahead"))
    replay.compare<double>(prefix + "losses_at_lookahead", losses_at(f, exact.points, n), losses->data,
                           tolerances::kRule);
}

}  // namespace

void replay_rules(const GoldenObject& file, GoldenReplay& replay) {
  for (const auto& [problem_name, problem_json] : file.json().items()) {
    if (!problem_json.is_object() || !problem_json.contains("theta0")) continue;
    const GoldenObject problem = file.object(problem_name);
    const GoldenArray theta0 = problem.array("theta0");
    const std::size_t n = theta0.data.size();
    if (n == 0) problem.fail("theta0", "empty");
    const bool known = problem.has("W") || problem.has("X");
    if (!known) {
      replay.not_implemented(problem_name, "neither a quadratic (W) nor logistic regression (X)");
      continue;
    }
    const Function f = problem.has("W") ? quadratic(problem, n) : logistic(problem, n);
    for (const auto& [name, method_json] : problem_json.items()) {
      if (!method_json.is_object() || !method_json.contains("thetas")) continue;
      const std::string path = problem_name + "." + name;
      if (const auto method = method_of(name))
        replay_method(problem.object(name), path + ".", *method, f, theta0.data, replay);
      else
        replay.not_implemented(path, "no such rule");
    }
  }
}

}  // namespace l2l
