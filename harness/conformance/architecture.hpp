// The learned architecture of a golden file.
#pragma once

#include <memory>
#include <vector>

#include "harness/conformance/golden.hpp"
#include "optimizers/learned_architecture.hpp"

namespace l2l {

struct GoldenArchitecture {
  ArchitectureSpec spec;
  std::vector<double> phi;  ///< in phi_layout order

  /// Values of h or c over n coordinates.
  std::size_t state_size(std::size_t n) const {
    return static_cast<std::size_t>(spec.lstm.layers * spec.lstm.hidden) * n;
  }
  template <class Real>
  std::vector<Real> phi_as() const {
    return {phi.begin(), phi.end()};
  }
};

/// Spec from the shapes in `phi` and the switches in `cfg` (which may be absent: a plain LSTM without
/// preprocessing, scale 1): n_global; R, Wh, M0 and hist of a memory.
GoldenArchitecture read_architecture(const GoldenObject& file);

/// An object with one array for every array of phi (`phi`, `dphi_dropped`), flattened in phi_layout order.
std::vector<double> read_phi(const GoldenObject& arrays, const ArchitectureSpec& spec);

}  // namespace l2l
