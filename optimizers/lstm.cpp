#include "optimizers/lstm.hpp"

#include <cmath>

#include "core/error.hpp"
#include "core/random.hpp"
#include "optimizers/lstm_reference.hpp"
#include "optimizers/lstm_simd.hpp"

namespace l2l {
namespace {

template <class Real>
class LstmOptimizer final : public Optimizer<Real> {
 public:
  LstmOptimizer(const LstmSpec& spec, std::span<const Real> phi) : lstm_(make_lstm<Real>(spec)) {
    lstm_->set_phi(phi);
  }
  void start(std::size_t n) override {
    lstm_->start(n);
    update_.assign(n, Real(0));
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    L2L_CHECK(theta.size() == update_.size(), "theta={} n={}", theta.size(), update_.size());
    lstm_->step(gradient, update_);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] += update_[i];
  }

 private:
  std::unique_ptr<CoordinatewiseLstm<Real>> lstm_;
  std::vector<Real> update_;
};

}  // namespace

template <>
std::unique_ptr<CoordinatewiseLstm<double>> make_lstm(const LstmSpec& spec) {
  return make_reference_lstm<double>(spec);
}

template <>
std::unique_ptr<CoordinatewiseLstm<float>> make_lstm(const LstmSpec& spec) {
  return make_simd_lstm(spec);
}

template <class Real>
std::unique_ptr<Optimizer<Real>> make_lstm_optimizer(const LstmSpec& spec, std::span<const Real> phi) {
  return std::make_unique<LstmOptimizer<Real>>(spec, phi);
}

template std::unique_ptr<Optimizer<float>> make_lstm_optimizer(const LstmSpec&, std::span<const float>);
template std::unique_ptr<Optimizer<double>> make_lstm_optimizer(const LstmSpec&, std::span<const double>);

std::vector<float> initial_phi(const LstmSpec& spec, std::uint64_t seed) {
  std::vector<float> phi(phi_size(spec));
  const double bound = 1.0 / std::sqrt(static_cast<double>(spec.hidden));
  RandomStream(seed).fill_uniform<float>(phi, -bound, bound);
  return phi;
}

}  // namespace l2l
