// Runs of learned architectures on made-up gradients, for the tests of the references and of the kernels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "core/random.hpp"
#include "optimizers/lstm.hpp"

namespace l2l::testing {

/// Gradients over many orders of magnitude, of both signs, below and above the threshold of log_and_sign.
inline std::vector<double> made_up_gradients(std::size_t count, std::uint64_t seed) {
  const RandomStream stream(seed);
  std::vector<double> g(count);
  for (std::size_t i = 0; i < count; ++i)  // single precision, so that both precisions see the same values
    g[i] = static_cast<float>(stream.normal(2 * i) *
                              std::ldexp(1.0, -static_cast<int>(stream.below(2 * i + 1, 24))));
  return g;
}

template <class Real>
std::vector<Real> converted(std::span<const double> values) {
  return {values.begin(), values.end()};
}

inline LstmSpec make_spec(int layers, int hidden, Preprocessing preprocessing) {
  LstmSpec spec;
  spec.layers = layers;
  spec.hidden = hidden;
  spec.preprocessing = preprocessing;
  spec.output_scale = preprocessing == Preprocessing::none ? 1.0 : 0.1;
  return spec;
}

template <class Real>
struct Outcome {
  std::vector<Real> updates, h, c;
  std::vector<double> dphi;  // of the last unroll
  bool operator==(const Outcome&) const = default;
};

/// `unrolls` unrolls of K steps over F functions of N/F coordinates; gradients: [unrolls * K + 1][N].
template <class Real>
Outcome<Real> run_unrolls(LearnedArchitecture<Real>& architecture, const ArchitectureSpec& spec,
                          std::size_t functions, std::size_t n, std::size_t steps, std::size_t unrolls,
                          std::span<const double> gradients) {
  const std::vector<Real> g = converted<Real>(gradients);
  const auto row = [&](std::size_t t) { return std::span<const Real>(g).subspan(t * n, n); };
  const auto cells = static_cast<std::size_t>(spec.lstm.layers * spec.lstm.hidden) * n;
  Outcome<Real> outcome;
  outcome.updates.resize(unrolls * steps * n);
  outcome.h.resize(cells);
  outcome.c.resize(cells);
  std::vector<Real> weights(steps + 1);
  for (std::size_t t = 0; t <= steps; ++t) weights[t] = Real(1) + Real(t % 3) / 4;
  architecture.start(functions, n / functions);
  for (std::size_t u = 0; u < unrolls; ++u) {
    architecture.begin_unroll(steps);
    for (std::size_t t = u * steps; t < (u + 1) * steps; ++t)
      architecture.recorded_step(row(t), std::span<Real>(outcome.updates).subspan(t * n, n));
    outcome.dphi.assign(phi_size(spec), 0.0);
    architecture.backward(row((u + 1) * steps), weights, Real(0.5), outcome.dphi);
  }
  architecture.copy_state(outcome.h, outcome.c);
  return outcome;
}

template <class Real>
Outcome<Real> run_unrolls(CoordinatewiseLstm<Real>& lstm, std::size_t n, std::size_t steps,
                          std::size_t unrolls, std::span<const double> gradients) {
  return run_unrolls<Real>(lstm, lstm.spec(), 1, n, steps, unrolls, gradients);
}

/// L of `steps` steps with `phi` after as many with `before`. Linear functions f_t(theta) = G_t theta make
/// the frozen gradients exact: L(phi) = 1/2 sum_t w_t G_t theta_t has as its derivative what backward()
/// promises of the second unroll of run_unrolls().
inline double frozen_loss(LearnedArchitecture<double>& architecture, std::size_t functions, std::size_t n,
                          std::size_t steps, std::span<const double> before, std::span<const double> phi,
                          std::span<const double> gradients) {
  architecture.set_phi(before);
  architecture.start(functions, n / functions);
  std::vector<double> update(n), moved(n, 0.0);
  for (std::size_t t = 0; t < steps; ++t) architecture.step(gradients.subspan(t * n, n), update);
  architecture.set_phi(phi);
  double loss = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    architecture.step(gradients.subspan((steps + t) * n, n), update);
    const double weight = 1 + static_cast<double>((t + 1) % 3) / 4;
    for (std::size_t k = 0; k < n; ++k) {
      moved[k] += update[k];
      loss += 0.5 * weight * gradients[(steps + t + 1) * n + k] * moved[k];
    }
  }
  return loss;
}

/// Its central differences at phi.
inline std::vector<double> frozen_differences(LearnedArchitecture<double>& architecture,
                                              std::size_t functions, std::size_t n, std::size_t steps,
                                              std::span<const double> phi,
                                              std::span<const double> gradients) {
  constexpr double kEpsilon = 1e-5;
  std::vector<double> differences(phi.size());
  for (std::size_t i = 0; i < phi.size(); ++i) {
    const auto at = [&](double step) {
      std::vector<double> moved(phi.begin(), phi.end());
      moved[i] += step;
      return frozen_loss(architecture, functions, n, steps, phi, moved, gradients);
    };
    differences[i] = (at(kEpsilon) - at(-kEpsilon)) / (2 * kEpsilon);
  }
  return differences;
}

/// Largest difference, in units of the largest expected value.
template <class A, class B>
double error_of(const std::vector<A>& got, const std::vector<B>& expected) {
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(got[i]) - static_cast<double>(expected[i]));
    worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return largest == 0 ? worst : worst / largest;
}

}  // namespace l2l::testing
