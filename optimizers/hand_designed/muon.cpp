// Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"): momentum, made
// orthogonal, for every parameter that is a matrix, and AdamW for all others, with torch.optim.Muon's and
// torch.optim.AdamW's defaults; in float and double where PyTorch makes orthogonal in bfloat16. The weights
// of a convolution are a matrix of a row an output channel. All matrices are meant, those of the first and
// the last layer too, which the authors would leave to ADAM: a network of one hidden layer has no others.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/muon.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

/// direction is Nesterov's: what the momentum will be if the next gradient is as this one.
L2L_UPDATE(MuonMomentum, (V g, V& mean, V& direction, V keep, V take), {
  mean = keep * mean + take * g;
  direction = take * g + keep * mean;
});

L2L_UPDATE(MuonUpdate, (V direction, V& theta, V rate, V shrink),
           { theta = shrink * theta - rate * direction; });

#if HWY_ONCE
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "optimizers/coordinate_ranges.hpp"
#include "optimizers/hand_designed/make_rule.hpp"
#include "optimizers/newton_schulz.hpp"

namespace l2l {
namespace {

/// AdamW's hyperparameters in those of Muon.
Hyperparameters adamw_of(const Hyperparameters& h) {
  return {{"learning_rate",
           hyperparameter<double>(h, "adamw_share") * hyperparameter<double>(h, "learning_rate")},
          {"beta1", hyperparameter<double>(h, "beta1")},
          {"beta2", hyperparameter<double>(h, "beta2")},
          {"epsilon", hyperparameter<double>(h, "epsilon")},
          {"weight_decay", hyperparameter<double>(h, "weight_decay")}};
}

template <class Real>
class Muon final : public Optimizer<Real> {
 public:
  explicit Muon(const Hyperparameters& h)
      : learning_rate_(hyperparameter<double>(h, "learning_rate")),
        momentum_(hyperparameter<double>(h, "momentum")),
        weight_decay_(hyperparameter<double>(h, "weight_decay")),
        match_rms_(hyperparameter<double>(h, "match_rms") != 0),
        steps_(hyperparameter<std::size_t>(h, "newton_schulz_steps")),
        epsilon_(hyperparameter<double>(h, "newton_schulz_epsilon")),
        adamw_(find_rule("adamw")->make<Real>(adamw_of(h))) {}

  void set_matrices(std::span<const MatrixRange> matrices) override {
    matrices_.assign(matrices.begin(), matrices.end());
  }
  void start(std::size_t n) override { start_batch(1, n); }
  void start_batch(std::size_t functions, std::size_t n) override {
    L2L_CHECK(!matrices_.empty(), "no matrix among {} coordinates", n);
    n_ = n;
    functions_ = functions;
    std::vector<CoordinateRange> others;
    std::size_t end = 0;
    iterations_.clear();
    for (const MatrixRange& matrix : matrices_) {
      others.push_back({end, matrix.begin});
      end = matrix.begin + matrix.size();
      iterations_.emplace_back(matrix.rows, matrix.columns, steps_, epsilon_);
    }
    others.push_back({end, n});
    others_ = CoordinateRanges(others, n, functions);
    adamw_->start(others_.size());
    other_theta_.resize(others_.size());
    other_gradient_.resize(others_.size());
    mean_.assign(functions * n, Real{0});
    direction_.resize(functions * n);
  }

  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    L2L_CHECK(gradient.size() == functions_ * n_ && theta.size() == gradient.size(),
              "gradient={} theta={} functions={} n={}", gradient.size(), theta.size(), functions_, n_);
    for (std::size_t f = 0; f < functions_; ++f)
      for (std::size_t m = 0; m < matrices_.size(); ++m) {
        const std::size_t begin = f * n_ + matrices_[m].begin, size = matrices_[m].size();
        step_matrix(m, gradient.subspan(begin, size), theta.subspan(begin, size),
                    std::span(mean_).subspan(begin, size), std::span(direction_).first(size));
      }
    others_.gather(gradient, std::span(other_gradient_));
    others_.gather(std::span<const Real>(theta), std::span(other_theta_));
    adamw_->set_rate_factor(this->rate(1.0));
    adamw_->step(other_gradient_, other_theta_);
    others_.scatter(std::span<const Real>(other_theta_), theta);
  }

 private:
  void step_matrix(std::size_t m, std::span<const Real> gradient, std::span<Real> theta, std::span<Real> mean,
                   std::span<Real> direction) {
    elementwise<Real>(momentum_kernel_, {gradient}, {mean, direction},
                      {static_cast<Real>(momentum_), static_cast<Real>(1.0 - momentum_)});
    iterations_[m].orthogonalise(direction);
    const double own = this->rate(learning_rate_);
    elementwise<Real>(
        update_, {direction}, {theta},
        {static_cast<Real>(own * scale_of(matrices_[m])), static_cast<Real>(1.0 - own * weight_decay_)});
  }

  double scale_of(const MatrixRange& matrix) const {
    const double rows = static_cast<double>(matrix.rows), columns = static_cast<double>(matrix.columns);
    return match_rms_ ? 0.2 * std::sqrt(std::max(rows, columns)) : std::sqrt(std::max(1.0, rows / columns));
  }

  ElementwiseKernel momentum_kernel_ = L2L_ELEMENTWISE(MuonMomentum);
  ElementwiseKernel update_ = L2L_ELEMENTWISE(MuonUpdate);
  double learning_rate_, momentum_, weight_decay_;
  bool match_rms_;
  std::size_t steps_;
  double epsilon_;
  std::unique_ptr<Optimizer<Real>> adamw_;
  std::size_t functions_ = 0, n_ = 0;
  std::vector<MatrixRange> matrices_;
  std::vector<NewtonSchulz> iterations_;  // one a matrix of a function
  CoordinateRanges others_;
  std::vector<Real> mean_, direction_;  // mean_: of all coordinates, direction_: of one matrix
  std::vector<Real> other_theta_, other_gradient_;
};

/// Of a coordinate that belongs to no matrix.
RuleCost muon_cost(const Hyperparameters& resolved, double n) {
  const RuleCost adamw = find_rule("adamw")->cost(adamw_of(resolved), n);
  return {adamw.flop, adamw.state_bytes + 2 * sizeof(float)};
}

RuleCost muon_matrix_cost(const Hyperparameters& resolved, double rows, double columns) {
  const auto steps = hyperparameter<double>(resolved, "newton_schulz_steps");
  return {6 + 3 + newton_schulz_flop(rows, columns, steps) / (rows * columns),
          2 * sizeof(float) + 3 * sizeof(double)};
}

}  // namespace

Rule muon_rule() {
  return make_rule<Muon>({
      .name = "muon",
      .label = "Muon",
      .equation = "matrices: m <- mu m + (1 - mu) g; O = NewtonSchulz(mu m + (1 - mu) g); theta <- (1 - lr "
                  "weight_decay) theta - lr sqrt(max(1, rows / columns)) O, with match_rms 1: 0.2 "
                  "sqrt(max(rows, columns)) O; all others: AdamW at adamw_share lr",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"momentum", {0.95, 0, 0.999999}},
                 {"weight_decay", {0.1, 0, 1e3}},
                 {"match_rms", {0, 0, 1}},
                 {"newton_schulz_steps", {5, 1, 99}},
                 {"newton_schulz_epsilon", {1e-7, 0, 1}},
                 {"adamw_share", {1, 0, 1}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}}},
      .coordinatewise = false,
      .cost = muon_cost,
      .matrix_cost = muon_matrix_cost,
      .also = {{"muon_match_rms", {{"match_rms", 1}}}},
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
