// Small architectures of every kind, for tests.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "optimizers/architectures.hpp"
#include "tests/unit/optimizers/lstm_test_tools.hpp"

namespace l2l::testing {

inline ArchitectureSpec make_gac(int global_cells, int hidden = 4, int layers = 2,
                                 Preprocessing preprocessing = Preprocessing::none) {
  ArchitectureSpec spec = make_spec(layers, hidden, preprocessing);
  spec.kind = Architecture::lstm_gac;
  spec.global_cells = global_cells;
  return spec;
}

/// @param history  0: NTM-BFGS
inline ArchitectureSpec make_ntm(int read_heads, int write_heads, double memory_init, int history,
                                 int global_cells = 2, Preprocessing preprocessing = Preprocessing::none) {
  ArchitectureSpec spec = make_gac(global_cells, 4, 2, preprocessing);
  spec.kind = history > 0 ? Architecture::ntm_l_bfgs : Architecture::ntm_bfgs;
  spec.read_heads = read_heads;
  spec.write_heads = write_heads;
  spec.memory_init = memory_init;
  if (history > 0) spec.history = history;
  return spec;
}

/// Every switch at least once in both positions.
inline std::vector<ArchitectureSpec> all_kinds() {
  constexpr auto kPre = Preprocessing::log_and_sign;
  ArchitectureSpec plain = make_spec(2, 4, kPre);
  return {plain,
          make_gac(0),
          make_gac(1),
          make_gac(4),
          make_gac(2, 3, 1, kPre),
          make_gac(1, 3, 3),
          make_ntm(1, 3, 1, 0),
          make_ntm(1, 1, 0, 0),
          make_ntm(2, 2, 0.5, 0, 0, kPre),
          make_ntm(1, 3, 1, 2),
          make_ntm(2, 1, 0, 1, 4),
          make_ntm(1, 2, 1, 100, 2, kPre)};
}

inline std::vector<double> start_phi(const ArchitectureSpec& spec, std::uint64_t seed) {
  const std::vector<float> phi = initial_phi(spec, seed);
  return {phi.begin(), phi.end()};
}

/// The updates of plain steps, [step][coordinate].
template <class Real>
std::vector<Real> updates_of(LearnedArchitecture<Real>& architecture, std::size_t functions, std::size_t n,
                             std::span<const Real> gradients) {
  std::vector<Real> updates(gradients.size());
  architecture.start(functions, n / functions);
  for (std::size_t at = 0; at < gradients.size(); at += n)
    architecture.step(gradients.subspan(at, n), std::span<Real>(updates).subspan(at, n));
  return updates;
}

/// The updates of one function whose coordinates are permuted, and the permuted updates: equivariant where
/// equal.
template <class Real>
struct PermutedUpdates {
  std::vector<Real> found, expected;
};
template <class Real>
PermutedUpdates<Real> permuted_updates(LearnedArchitecture<Real>& architecture, std::size_t n,
                                       std::span<const Real> gradients) {
  const std::size_t stride = n % 3 == 0 ? 1 : 3;  // coprime to n
  const auto permuted = [&](std::span<const Real> values) {
    std::vector<Real> result(values.size());
    for (std::size_t at = 0; at < values.size(); at += n)
      for (std::size_t k = 0; k < n; ++k) result[at + k] = values[at + (stride * k + 2) % n];
    return result;
  };
  const std::vector<Real> updates = updates_of<Real>(architecture, 1, n, gradients);
  return {updates_of<Real>(architecture, 1, n, permuted(gradients)), permuted(updates)};
}

inline std::string name_of(const ArchitectureSpec& spec) {
  return fmt::format(
      "kind {} layers {} hidden {} preprocessing {} globals {} reads {} writes {} M0 {} history {}",
      static_cast<int>(spec.kind), spec.lstm.layers, spec.lstm.hidden,
      static_cast<int>(spec.lstm.preprocessing), spec.globals(), spec.reads(), spec.writes(),
      spec.memory_init, spec.history);
}

}  // namespace l2l::testing
