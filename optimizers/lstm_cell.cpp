#include "optimizers/lstm_cell.hpp"

#include <algorithm>
#include <functional>

#include <xtensor/xmath.hpp>

#include "core/error.hpp"

namespace l2l::reference {
namespace {

/// Visits the arrays of a network (const or not) in the order of phi_layout: per layer W_ih, W_hh and b, gate
/// rows i, f, g, o in each; then the read-out.
template <class AnyNetwork, class Visit>
void each_array(AnyNetwork& network, const Visit& visit) {
  for (auto& [i, f, g, o] : network.layers) {
    for (auto* gate : {&i, &f, &g, &o}) visit(gate->W_x);
    for (auto* gate : {&i, &f, &g, &o}) visit(gate->W_h);
    for (auto* gate : {&i, &f, &g, &o}) visit(gate->b);
  }
  visit(network.W_out);
  visit(network.b_out);
}

/// z = W_x x + W_h h + b backwards: dx and dh take what comes through this gate.
void gate_backward(const Gate& w, const Matrix& dz, const LayerStep& step, Gate& dw, Matrix& dx, Matrix& dh) {
  dw.W_x += transposed_product(dz, step.x);  // the sum over the coordinates of dz x^T
  dw.W_h += transposed_product(dz, step.before.h);
  dw.b += xt::sum<double>(dz, {0});
  dx += product(dz, w.W_x);
  dh += product(dz, w.W_h);
}

}  // namespace

Network::Network(const ArchitectureSpec& spec) {
  const auto hidden = static_cast<std::size_t>(spec.lstm.hidden);
  std::size_t inputs = spec.inputs();
  for (int l = 0; l < spec.lstm.layers; ++l) {
    const Gate zero{xt::zeros<double>({hidden, inputs}), xt::zeros<double>({hidden, hidden}),
                    xt::zeros<double>({hidden})};
    layers.push_back({zero, zero, zero, zero});
    inputs = hidden;
  }
  W_out = xt::zeros<double>({spec.outputs(), hidden});
  b_out = xt::zeros<double>({spec.outputs()});
}

void Network::set(std::span<const double> phi) {
  each_array(*this, [&](auto& array) {
    std::copy_n(phi.begin(), array.size(), array.begin());
    phi = phi.subspan(array.size());
  });
}

void Network::add_to(std::span<double> dphi) const {
  each_array(*this, [&](const auto& array) {
    std::transform(array.begin(), array.end(), dphi.begin(), dphi.begin(), std::plus<>());
    dphi = dphi.subspan(array.size());
  });
}

LayerStep lstm_forward(const Layer& w, const Matrix& x, const CellState& before) {
  const Matrix& h = before.h;
  const Matrix i = sigmoid(times(w.i.W_x, x) + times(w.i.W_h, h) + w.i.b);
  const Matrix f = sigmoid(times(w.f.W_x, x) + times(w.f.W_h, h) + w.f.b);
  const Matrix g = xt::tanh(times(w.g.W_x, x) + times(w.g.W_h, h) + w.g.b);
  const Matrix o = sigmoid(times(w.o.W_x, x) + times(w.o.W_h, h) + w.o.b);
  const Matrix c = f * before.c + i * g;
  return {x, before, i, f, g, o, {o * xt::tanh(c), c}};
}

Matrix lstm_backward(const Layer& w, const LayerStep& t, CellState& d, Layer& dw) {
  const Matrix tanh_c = xt::tanh(t.after.c);
  // h = o tanh(c)
  const Matrix dz_o = d.h * tanh_c * t.o * (1.0 - t.o);
  const Matrix dc = d.c + d.h * t.o * (1.0 - tanh_c * tanh_c);
  // c = f c_{t-1} + i g
  const Matrix dz_i = dc * t.g * t.i * (1.0 - t.i);
  const Matrix dz_f = dc * t.before.c * t.f * (1.0 - t.f);
  const Matrix dz_g = dc * t.i * (1.0 - t.g * t.g);
  d.c = dc * t.f;
  d.h = xt::zeros_like(d.h);
  Matrix dx = xt::zeros_like(t.x);
  gate_backward(w.i, dz_i, t, dw.i, dx, d.h);
  gate_backward(w.f, dz_f, t, dw.f, dx, d.h);
  gate_backward(w.g, dz_g, t, dw.g, dx, d.h);
  gate_backward(w.o, dz_o, t, dw.o, dx, d.h);
  return dx;
}

Matrix read_out(const Network& phi, const Matrix& h) {
  return times(phi.W_out, h) + phi.b_out;
}

Matrix read_out_backward(const Network& phi, const Matrix& h, const Matrix& dy, Network& dphi) {
  dphi.W_out += transposed_product(dy, h);
  dphi.b_out += xt::sum<double>(dy, {0});
  return product(dy, phi.W_out);
}

std::vector<CellState> initial_states(const LstmSpec& spec, std::size_t n) {
  const Matrix zero = xt::zeros<double>({n, static_cast<std::size_t>(spec.hidden)});
  return {static_cast<std::size_t>(spec.layers), CellState{zero, zero}};
}

void copy_states(const std::vector<CellState>& states, std::span<double> h, std::span<double> c) {
  for (const CellState& state : states) {
    L2L_CHECK(h.size() >= state.h.size() && c.size() >= state.c.size(), "h={} c={} of a layer: {}", h.size(),
              c.size(), state.h.size());
    std::copy(state.h.begin(), state.h.end(), h.begin());
    std::copy(state.c.begin(), state.c.end(), c.begin());
    h = h.subspan(state.h.size());
    c = c.subspan(state.c.size());
  }
  L2L_CHECK(h.empty() && c.empty(), "{} values of h and {} of c too many", h.size(), c.size());
}

}  // namespace l2l::reference
