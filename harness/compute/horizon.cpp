#include "harness/compute/horizon.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"

namespace l2l {
namespace {

template <class Real>
double mean(const std::vector<Real>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

template <class Real>
UpdateAdjoint<Real> second_order_adjoint(FunctionBatch<Real>& functions, const UnrollTape<Real>& tape,
                                         std::span<const Real> weights, Real scale) {
  return [&functions, &tape, weights, scale, dtheta = std::vector<Real>(functions.size()),
          product = std::vector<Real>(functions.size())](std::size_t t, std::span<const Real> dgradient,
                                                         std::span<Real> dupdate) mutable {
    functions.hessian_vector_products(tape.thetas[t], tape.begin + t + 1, dgradient, product);
    for (std::size_t i = 0; i < dtheta.size(); ++i) {
      dtheta[i] += scale * weights[t + 1] * tape.gradients[t][i] + product[i];
      dupdate[i] = dtheta[i];
    }
  };
}

template <class Real>
HorizonResult train_horizon(LearnedOptimizer<Real>& optimizer, FunctionBatch<Real>& functions,
                            const HorizonSettings& settings,
                            const std::function<double(std::size_t k)>& learning_rate, std::span<double> phi,
                            MetaAdam& adam, const std::function<void(const UnrollReport&)>& observe) {
  L2L_CHECK(settings.unroll > 0 && settings.horizon > 0, "horizon={} unroll={}", settings.horizon,
            settings.unroll);
  L2L_CHECK(settings.weights.empty() || settings.weights.size() == settings.horizon, "weights={} horizon={}",
            settings.weights.size(), settings.horizon);
  std::vector<Real> theta(functions.size()), gradient(functions.size()), losses(functions.count());
  std::vector<double> dphi(optimizer.phi_count());
  const bool keeps_edges = settings.edges == DashedEdges::kept;
  UnrollTape<Real> tape;

  HorizonResult result;
  functions.initial_theta(theta);
  optimizer.start(functions.size());
  set_phi(optimizer, phi);
  // The gradient at theta_t serves twice: as the optimizer's input at step t, and as f'(theta_t) in dL/dg.
  const auto evaluate = [&](std::size_t t) {
    functions.values_and_gradients(theta, t, losses, gradient);
    result.losses.push_back(mean(losses));
    result.diverged |= !std::isfinite(result.losses.back());
  };

  evaluate(0);
  for (std::size_t begin = 0; begin < settings.horizon && !result.diverged; begin += settings.unroll) {
    const std::size_t unroll = std::min(settings.unroll, settings.horizon - begin);
    std::vector<Real> weights(unroll + 1, Real(1));  // [k] of f(theta_{begin + k}); [0] is of no use
    for (std::size_t k = 1; k <= unroll && !settings.weights.empty(); ++k)
      weights[k] = static_cast<Real>(settings.weights[begin + k - 1]);
    optimizer.begin_unroll(unroll);
    tape = {begin, {}, {}};
    double meta_loss = 0;
    for (std::size_t k = 1; k <= unroll && !result.diverged; ++k) {
      optimizer.step(gradient, theta);
      evaluate(begin + k);
      if (keeps_edges) {
        tape.thetas.push_back(theta);
        tape.gradients.push_back(gradient);
      }
      meta_loss += static_cast<double>(weights[k]) * result.losses.back();
    }
    if (result.diverged) break;
    std::fill(dphi.begin(), dphi.end(), 0.0);
    const Real scale = Real(1) / static_cast<Real>(functions.count());
    if (keeps_edges)
      optimizer.backward_through(second_order_adjoint<Real>(functions, tape, weights, scale), dphi);
    else
      optimizer.backward(gradient, weights, scale, dphi);
    if (!all_finite(dphi)) {
      result.diverged = true;
      break;
    }
    // An unroll of no weight has no gradient: a step on zeros would still move phi.
    const std::vector<double> raw = observe ? dphi : std::vector<double>{};
    if (std::any_of(weights.begin() + 1, weights.end(), [](Real w) { return w != Real(0); })) {
      clip_to_norm(dphi, settings.gradient_clip);
      adam.step(dphi, learning_rate(begin / settings.unroll), phi);
      set_phi(optimizer, phi);
    }
    if (observe) observe({meta_loss, raw, phi});
  }
  return result;
}

template UpdateAdjoint<float> second_order_adjoint(FunctionBatch<float>&, const UnrollTape<float>&,
                                                   std::span<const float>, float);
template UpdateAdjoint<double> second_order_adjoint(FunctionBatch<double>&, const UnrollTape<double>&,
                                                    std::span<const double>, double);
template HorizonResult train_horizon(LearnedOptimizer<float>&, FunctionBatch<float>&, const HorizonSettings&,
                                     const std::function<double(std::size_t)>&, std::span<double>, MetaAdam&,
                                     const std::function<void(const UnrollReport&)>&);
template HorizonResult train_horizon(LearnedOptimizer<double>&, FunctionBatch<double>&,
                                     const HorizonSettings&, const std::function<double(std::size_t)>&,
                                     std::span<double>, MetaAdam&,
                                     const std::function<void(const UnrollReport&)>&);

}  // namespace l2l
