// The network of the references: layers of LSTM cells of all coordinates together, forward and backward, in
// expressions that read like the equations. Activations have a row per coordinate: (N, values).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "optimizers/architecture_spec.hpp"
#include "optimizers/reference_algebra.hpp"

namespace l2l::reference {

/// Of one gate of a layer: z = W_x x + W_h h + b.
struct Gate {
  Matrix W_x;  ///< (H, inputs)
  Matrix W_h;  ///< (H, H)
  Vector b;    ///< (H)
};

struct Layer {
  Gate i, f, g, o;  ///< input, forget, candidate, output
};

/// phi as the matrices that it stands for; or dL/dphi.
struct Network {
  std::vector<Layer> layers;
  Matrix W_out;  ///< (outputs, H)
  Vector b_out;  ///< (outputs)

  /// All zeros, of the shapes of phi_layout(spec).
  explicit Network(const ArchitectureSpec& spec);
  /// @param phi  phi_size(spec) values in phi_layout order
  void set(std::span<const double> phi);
  /// dphi += this, in phi_layout order.
  void add_to(std::span<double> dphi) const;
};

/// h and c of one layer, (N, H) each; or dL/dh and dL/dc.
struct CellState {
  Matrix h, c;
};

/// One step of one layer: what it saw and what it made of it.
struct LayerStep {
  Matrix x;           ///< (N, inputs)
  CellState before;   ///< of step t - 1
  Matrix i, f, g, o;  ///< (N, H)
  CellState after;    ///< of step t
};

LayerStep lstm_forward(const Layer& w, const Matrix& x, const CellState& before);

/// The step backwards.
/// @param d   dL/dh_t, and dL/dc_t from step t + 1; becomes both of step t - 1
/// @param dw  the step's share of dL/dphi is added to it
/// @returns   dL/dx (N, inputs)
Matrix lstm_backward(const Layer& w, const LayerStep& step, CellState& d, Layer& dw);

/// y = W_out h + b_out: (N, outputs).
Matrix read_out(const Network& phi, const Matrix& h);
/// The same backwards. @returns dL/dh (N, H)
Matrix read_out_backward(const Network& phi, const Matrix& h, const Matrix& dy, Network& dphi);

/// h = c = 0, a state per layer.
std::vector<CellState> initial_states(const LstmSpec& spec, std::size_t n);
/// Copies to [layer][coordinate][hidden].
void copy_states(const std::vector<CellState>& states, std::span<double> h, std::span<double> c);

}  // namespace l2l::reference
