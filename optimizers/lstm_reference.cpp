#include "optimizers/lstm_reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "optimizers/lstm_cell.hpp"

namespace l2l {
namespace {

using namespace reference;

/// g_t = output_scale (W_out h + b_out), h of the top layer.
class ReferenceLstm final : public CoordinatewiseLstm<double> {
 public:
  explicit ReferenceLstm(const LstmSpec& spec) : spec_(spec), phi_size_(phi_size(spec)), phi_(spec) {}

  const LstmSpec& spec() const override { return spec_; }

  void set_phi(std::span<const double> phi) override {
    L2L_CHECK(phi.size() == phi_size_, "phi has {} values, expected {}", phi.size(), phi_size_);
    phi_.set(phi);
  }

  void start(std::size_t n) override {
    n_ = n;
    states_ = initial_states(spec_, n);
  }

  void step(std::span<const double> gradient, std::span<double> update) override {
    forward(gradient, update);
  }

  void begin_unroll(std::size_t) override { unroll_.clear(); }

  void recorded_step(std::span<const double> gradient, std::span<double> update) override {
    unroll_.push_back(forward(gradient, update));
  }

  void backward(std::span<const double> final_gradient, std::span<const double> weights, double scale,
                std::span<double> dphi) override {
    const std::size_t steps = unroll_.size();
    L2L_CHECK(weights.size() == steps + 1, "{} weights for {} steps", weights.size(), steps);
    L2L_CHECK(final_gradient.size() == n_ && dphi.size() == phi_size_, "n={} final_gradient={} dphi={}", n_,
              final_gradient.size(), dphi.size());
    Network dnetwork(spec_);
    std::vector<CellState> d = initial_states(spec_, n_);
    Vector next_gradient = vector_of(final_gradient);
    Vector dupdate = xt::zeros<double>({n_});  // dL/dg_t = scale * sum over s > t of weights[s] f'(theta_s)
    for (std::size_t t = steps; t-- > 0;) {
      dupdate += scale * weights[t + 1] * next_gradient;
      backward_step(unroll_[t], dupdate, d, dnetwork);
      next_gradient = unroll_[t].gradient;
    }
    dnetwork.add_to(dphi);
    unroll_.clear();
  }

  void copy_state(std::span<double> h, std::span<double> c) const override { copy_states(states_, h, c); }

 private:
  struct Step {
    Vector gradient;                // (N)
    std::vector<LayerStep> layers;  // the bottom one first
  };

  Step forward(std::span<const double> gradient, std::span<double> update) {
    L2L_CHECK(gradient.size() == n_ && update.size() == n_, "n={} gradient={} update={}", n_, gradient.size(),
              update.size());
    Step step{vector_of(gradient), {}};
    Matrix x = preprocess_gradients(spec_, step.gradient);
    for (std::size_t l = 0; l < phi_.layers.size(); ++l) {
      step.layers.push_back(lstm_forward(phi_.layers[l], x, states_[l]));
      states_[l] = step.layers[l].after;
      x = states_[l].h;
    }
    const Vector g = spec_.output_scale * xt::col(read_out(phi_, x), 0);
    std::copy(g.begin(), g.end(), update.begin());
    return step;
  }

  /// Takes d = dL/dh, dL/dc of every layer from step t to t - 1.
  void backward_step(const Step& step, const Vector& dupdate, std::vector<CellState>& d,
                     Network& dphi) const {
    const Matrix dy = spec_.output_scale * xt::view(dupdate, xt::all(), xt::newaxis());
    Matrix dx = read_out_backward(phi_, step.layers.back().after.h, dy, dphi);
    for (std::size_t l = phi_.layers.size(); l-- > 0;) {
      d[l].h += dx;
      dx = lstm_backward(phi_.layers[l], step.layers[l], d[l], dphi.layers[l]);
    }
  }

  LstmSpec spec_;
  std::size_t phi_size_;
  Network phi_;
  std::size_t n_ = 0;
  std::vector<CellState> states_;  // per layer
  std::vector<Step> unroll_;
};

}  // namespace

Matrix preprocess_gradients(const LstmSpec& spec, const Vector& gradients) {
  // An infinite gradient is a divergence: it must be seen, where a saturated gate would hide it.
  const Vector g = xt::where(xt::isfinite(gradients), gradients, std::numeric_limits<double>::quiet_NaN());
  if (spec.preprocessing == Preprocessing::none) return xt::view(g, xt::all(), xt::newaxis());
  const double p = spec.p;
  Matrix x = Matrix::from_shape({g.size(), 2});
  // (ln|g| / p, sgn g) if |g| >= e^-p, else (-1, e^p g): also where g is NaN, which e^p g keeps.
  xt::col(x, 0) = xt::where(xt::abs(g) >= std::exp(-p), xt::log(xt::abs(g)) / p, -1.0);
  xt::col(x, 1) = xt::where(xt::abs(g) >= std::exp(-p), xt::sign(g), std::exp(p) * g);
  return x;
}

Vector preprocessing_adjoint(const LstmSpec& spec, const Vector& g, const Matrix& dinputs) {
  if (spec.preprocessing == Preprocessing::none) return xt::col(dinputs, 0);
  const double p = spec.p;
  return xt::where(xt::abs(g) >= std::exp(-p), xt::col(dinputs, 0) / (p * g),
                   std::exp(p) * xt::col(dinputs, 1));
}

std::unique_ptr<CoordinatewiseLstm<double>> make_reference_lstm(const LstmSpec& spec) {
  return std::make_unique<ReferenceLstm>(spec);
}

}  // namespace l2l
