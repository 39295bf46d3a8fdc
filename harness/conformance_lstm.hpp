// The LSTM of a golden file.
#pragma once

#include <memory>
#include <vector>

#include "harness/conformance_golden.hpp"
#include "optimizers/lstm.hpp"

namespace l2l {

struct GoldenLstm {
  LstmSpec spec;
  std::vector<double> phi;  ///< in phi_layout order
};

/// Spec from the shapes in `phi` and the switches in `cfg` (which may be absent: no preprocessing, scale 1).
GoldenLstm read_lstm(const GoldenObject& file);

/// An object with one array for every array of phi (`phi`, `dphi_dropped`), flattened in phi_layout order.
std::vector<double> read_phi(const GoldenObject& arrays, const LstmSpec& spec);

template <class Real>
std::unique_ptr<CoordinatewiseLstm<Real>> golden_lstm(const GoldenLstm& golden, std::size_t coordinates) {
  auto lstm = make_lstm<Real>(golden.spec);
  lstm->set_phi(std::vector<Real>(golden.phi.begin(), golden.phi.end()));
  lstm->start(coordinates);
  return lstm;
}

}  // namespace l2l
