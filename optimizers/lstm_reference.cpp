#include "optimizers/lstm_reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "optimizers/lstm_cell.hpp"

namespace l2l {
namespace {

template <class Real>
class ReferenceLstm final : public CoordinatewiseLstm<Real> {
 public:
  explicit ReferenceLstm(const LstmSpec& spec)
      : spec_(spec),
        arrays_(phi_layout(spec)),
        layer_(lstm_layers(arrays_)),
        phi_(phi_size(spec)),
        layers_(static_cast<std::size_t>(spec.layers)),
        hidden_(static_cast<std::size_t>(spec.hidden)),
        inputs_(static_cast<std::size_t>(spec.inputs())) {}

  const LstmSpec& spec() const override { return spec_; }

  void set_phi(std::span<const Real> phi) override {
    L2L_CHECK(phi.size() == phi_.size(), "phi has {} values, expected {}", phi.size(), phi_.size());
    std::copy(phi.begin(), phi.end(), phi_.begin());
  }

  void start(std::size_t n) override {
    n_ = n;
    h_.assign(layers_ * n * hidden_, Real(0));
    c_ = h_;
  }

  void step(std::span<const Real> gradient, std::span<Real> update) override {
    L2L_CHECK(gradient.size() == n_ && update.size() == n_, "n={} gradient={} update={}", n_, gradient.size(),
              update.size());
    std::vector<Real> h(layers_ * hidden_), c(h.size());
    std::vector<Gates<Real>> gates(h.size());
    for (std::size_t k = 0; k < n_; ++k) {
      gather(h_, k, h);
      gather(c_, k, c);
      update[k] = forward(gradient[k], h, c, gates.data());
      scatter(h, k, h_);
      scatter(c, k, c_);
    }
  }

  void begin_unroll(std::size_t) override {
    h_start_ = h_;
    c_start_ = c_;
    recorded_.clear();
  }

  void recorded_step(std::span<const Real> gradient, std::span<Real> update) override {
    step(gradient, update);
    recorded_.emplace_back(gradient.begin(), gradient.end());
  }

  void backward(std::span<const Real> final_gradient, std::span<const Real> weights, Real scale,
                std::span<double> dphi) override {
    const std::size_t steps = recorded_.size();
    L2L_CHECK(weights.size() == steps + 1, "{} weights for {} steps", weights.size(), steps);
    L2L_CHECK(final_gradient.size() == n_ && dphi.size() == phi_.size(), "n={} final_gradient={} dphi={}", n_,
              final_gradient.size(), dphi.size());
    recorded_.emplace_back(final_gradient.begin(), final_gradient.end());
    for (std::size_t k = 0; k < n_; ++k) backward_coordinate(k, steps, weights, scale, dphi);
    recorded_.clear();
  }

  void copy_state(std::span<Real> h, std::span<Real> c) const override {
    L2L_CHECK(h.size() == h_.size() && c.size() == c_.size(), "h={} c={} expected {}", h.size(), c.size(),
              h_.size());
    std::copy(h_.begin(), h_.end(), h.begin());
    std::copy(c_.begin(), c_.end(), c.begin());
  }

 private:
  // Offsets into phi (and dphi) of the read-out.
  std::size_t w_out() const { return arrays_[3 * layers_].offset; }
  std::size_t b_out() const { return arrays_[3 * layers_ + 1].offset; }

  void gather(const std::vector<Real>& all, std::size_t k, std::vector<Real>& one) const {
    for (std::size_t l = 0; l < layers_; ++l)
      std::copy_n(&all[(l * n_ + k) * hidden_], hidden_, &one[l * hidden_]);
  }
  void scatter(const std::vector<Real>& one, std::size_t k, std::vector<Real>& all) const {
    for (std::size_t l = 0; l < layers_; ++l)
      std::copy_n(&one[l * hidden_], hidden_, &all[(l * n_ + k) * hidden_]);
  }

  /// One step of one coordinate; h and c are [layer][hidden] and are moved on in place.
  Real forward(Real gradient, std::vector<Real>& h, std::vector<Real>& c, Gates<Real>* gates) const {
    Real input[2];
    preprocess_gradient(spec_, gradient, input);
    const Real* x = input;
    for (std::size_t l = 0; l < layers_; ++l) {
      const std::size_t first = l * hidden_;
      lstm_forward(layer_[l], phi_.data(), x, &h[first], &c[first], &gates[first]);
      x = &h[first];
    }
    Real out = phi_[b_out()];
    for (std::size_t u = 0; u < hidden_; ++u) out += phi_[w_out() + u] * x[u];
    return static_cast<Real>(spec_.output_scale) * out;
  }

  /// Recomputes the unroll of coordinate k and adds its share of dL/dphi.
  void backward_coordinate(std::size_t k, std::size_t steps, std::span<const Real> weights, Real scale,
                           std::span<double> dphi) const {
    const std::size_t cells = layers_ * hidden_;
    std::vector<std::vector<Real>> h(steps + 1, std::vector<Real>(cells)), c = h;  // [0] is the initial state
    std::vector<Gates<Real>> gates(steps * cells);
    gather(h_start_, k, h[0]);
    gather(c_start_, k, c[0]);
    for (std::size_t t = 0; t < steps; ++t) {
      h[t + 1] = h[t];
      c[t + 1] = c[t];
      forward(recorded_[t][k], h[t + 1], c[t + 1], &gates[t * cells]);
    }
    std::vector<Real> dh(cells), dc(cells), dz(4 * hidden_);
    Real dl_dg = 0;  // sum over s > t of weights[s] f'(theta_s)
    for (std::size_t t = steps; t-- > 0;) {
      dl_dg += weights[t + 1] * recorded_[t + 1][k];
      const Real dy = scale * static_cast<Real>(spec_.output_scale) * dl_dg;
      dphi[b_out()] += dy;
      const std::size_t top = (layers_ - 1) * hidden_;
      for (std::size_t u = 0; u < hidden_; ++u) {
        dphi[w_out() + u] += dy * h[t + 1][top + u];
        dh[top + u] += dy * phi_[w_out() + u];
      }
      Real input[2];
      preprocess_gradient(spec_, recorded_[t][k], input);
      for (std::size_t l = layers_; l-- > 0;) {
        const std::size_t first = l * hidden_;
        Real* below = l == 0 ? nullptr : &dh[first - hidden_];
        lstm_backward(layer_[l], phi_.data(), &gates[t * cells + first],
                      l == 0 ? input : &h[t + 1][first - hidden_], &h[t][first], &c[t][first], &dh[first],
                      &dc[first], dz.data(), below, dphi.data());
      }
    }
  }

  LstmSpec spec_;
  std::vector<PhiArray> arrays_;
  std::vector<LstmLayer> layer_;
  std::vector<Real> phi_;
  std::size_t layers_, hidden_, inputs_;
  std::size_t n_ = 0;
  std::vector<Real> h_, c_, h_start_, c_start_;  // [layer][coordinate][hidden]
  std::vector<std::vector<Real>> recorded_;      // gradients of the open unroll, [step][coordinate]
};

}  // namespace

template <class Real>
void preprocess_gradient(const LstmSpec& spec, Real g, Real* input) {
  // An infinite gradient is a divergence: it must be seen, where a saturated gate would hide it.
  if (!std::isfinite(g)) g = std::numeric_limits<Real>::quiet_NaN();
  if (spec.preprocessing == Preprocessing::none) {
    input[0] = g;
    return;
  }
  const Real p = static_cast<Real>(spec.p);
  const Real magnitude = std::abs(g);
  if (magnitude >= std::exp(-p)) {
    input[0] = std::log(magnitude) / p;
    input[1] = g > 0 ? Real(1) : Real(-1);
  } else {  // also where g is NaN: e^p g keeps it
    input[0] = Real(-1);
    input[1] = std::exp(p) * g;
  }
}

template <class Real>
Real preprocessing_adjoint(const LstmSpec& spec, Real g, const Real* dinput) {
  if (spec.preprocessing == Preprocessing::none) return dinput[0];
  const Real p = static_cast<Real>(spec.p);
  if (std::abs(g) >= std::exp(-p)) return dinput[0] / (p * g);
  return std::exp(p) * dinput[1];
}

template <class Real>
std::unique_ptr<CoordinatewiseLstm<Real>> make_reference_lstm(const LstmSpec& spec) {
  return std::make_unique<ReferenceLstm<Real>>(spec);
}

template void preprocess_gradient<float>(const LstmSpec&, float, float*);
template void preprocess_gradient<double>(const LstmSpec&, double, double*);
template float preprocessing_adjoint<float>(const LstmSpec&, float, const float*);
template double preprocessing_adjoint<double>(const LstmSpec&, double, const double*);
template std::unique_ptr<CoordinatewiseLstm<float>> make_reference_lstm(const LstmSpec&);
template std::unique_ptr<CoordinatewiseLstm<double>> make_reference_lstm(const LstmSpec&);

}  // namespace l2l
