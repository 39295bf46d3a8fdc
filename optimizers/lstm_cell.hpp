// One layer of LSTM cells of one coordinate, forward and backward, in plain scalar code that reads like the
// equations. The references of all learned architectures are built of it.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "optimizers/lstm_spec.hpp"

namespace l2l {

/// What one cell leaves behind for backpropagation.
template <class Real>
struct Gates {
  Real i, f, g, o;
  Real tanh_c;
};

/// One layer: its sizes, and where its arrays start in phi (and in dL/dphi).
struct LstmLayer {
  std::size_t inputs = 0, hidden = 0;
  std::size_t w_ih = 0, w_hh = 0, bias = 0;
};

/// The layers of a phi whose layout is `arrays` (phi_layout).
inline std::vector<LstmLayer> lstm_layers(const std::vector<PhiArray>& arrays) {
  std::vector<LstmLayer> layers;
  for (std::size_t a = 0; a + 2 < arrays.size(); a += 3)
    layers.push_back({arrays[a].shape[1], arrays[a + 1].shape[1], arrays[a].offset, arrays[a + 1].offset,
                      arrays[a + 2].offset});
  return layers;
}

template <class Real>
Real sigmoid(Real x) {
  return Real(1) / (Real(1) + std::exp(-x));
}

/// z = W_ih x + W_hh h + b; i, f, o = sigmoid(z), g = tanh(z); c <- f c + i g; h <- o tanh(c).
/// @param x  layer.inputs values; h, c and gates: layer.hidden, h and c of step t - 1 become those of t
template <class Real>
void lstm_forward(const LstmLayer& layer, const Real* phi, const Real* x, Real* h, Real* c,
                  Gates<Real>* gates) {
  const std::size_t hidden = layer.hidden;
  const auto z = [&](std::size_t row) {
    Real sum = phi[layer.bias + row];
    for (std::size_t j = 0; j < layer.inputs; ++j) sum += phi[layer.w_ih + row * layer.inputs + j] * x[j];
    for (std::size_t j = 0; j < hidden; ++j) sum += phi[layer.w_hh + row * hidden + j] * h[j];
    return sum;
  };
  for (std::size_t u = 0; u < hidden; ++u)
    gates[u] = {sigmoid(z(u)), sigmoid(z(hidden + u)), std::tanh(z(2 * hidden + u)),
                sigmoid(z(3 * hidden + u)), Real(0)};
  for (std::size_t u = 0; u < hidden; ++u) {
    Gates<Real>& a = gates[u];
    c[u] = a.f * c[u] + a.i * a.g;
    a.tanh_c = std::tanh(c[u]);
    h[u] = a.o * a.tanh_c;
  }
}

/// The step backwards. dh (dL/dh_t) and dc (dL/dc_t from step t + 1) become those of step t - 1.
/// @param x, h, c  what the forward step saw: its input and the state of step t - 1
/// @param dz       4 layer.hidden values of scratch
/// @param dx       dL/dx is added to it; may be null
/// @param dphi     the layer's share of dL/dphi is added to it
template <class Real>
void lstm_backward(const LstmLayer& layer, const Real* phi, const Gates<Real>* gates, const Real* x,
                   const Real* h, const Real* c, Real* dh, Real* dc, Real* dz, Real* dx, double* dphi) {
  const std::size_t hidden = layer.hidden;
  for (std::size_t u = 0; u < hidden; ++u) {
    const Gates<Real>& a = gates[u];
    const Real dcu = dc[u] + dh[u] * a.o * (1 - a.tanh_c * a.tanh_c);
    dz[u] = dcu * a.g * a.i * (1 - a.i);
    dz[hidden + u] = dcu * c[u] * a.f * (1 - a.f);
    dz[2 * hidden + u] = dcu * a.i * (1 - a.g * a.g);
    dz[3 * hidden + u] = dh[u] * a.tanh_c * a.o * (1 - a.o);
    dc[u] = dcu * a.f;
    dh[u] = 0;  // now collects dL/dh of step t - 1
  }
  for (std::size_t row = 0; row < 4 * hidden; ++row) {
    const std::size_t w_ih = layer.w_ih + row * layer.inputs, w_hh = layer.w_hh + row * hidden;
    dphi[layer.bias + row] += dz[row];
    for (std::size_t j = 0; j < layer.inputs; ++j) {
      dphi[w_ih + j] += dz[row] * x[j];
      if (dx != nullptr) dx[j] += dz[row] * phi[w_ih + j];
    }
    for (std::size_t j = 0; j < hidden; ++j) {
      dphi[w_hh + j] += dz[row] * h[j];
      dh[j] += dz[row] * phi[w_hh + j];
    }
  }
}

}  // namespace l2l
