// NAdam (Dozat 2016, "Incorporating Nesterov Momentum into Adam"): ADAM whose momentum is that of the step to
// come, with the paper's warm-up of it, as torch.optim.NAdam.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/nadam.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(NadamUpdate,
           (V g, V& theta, V& mean, V& square, V gradient_rate, V mean_rate, V keep1, V take1, V keep2,
            V take2, V epsilon),
           {
             mean = keep1 * mean + take1 * g;
             square = keep2 * square + take2 * (g * g);
             theta = theta - Quotient(gradient_rate * g + mean_rate * mean, hn::Sqrt(square) + epsilon);
           });

#if HWY_ONCE
#include <cmath>
#include <vector>

#include "optimizers/hand_designed/moments.hpp"

namespace l2l {
namespace {

template <class Real>
class Nadam final : public Optimizer<Real> {
 public:
  explicit Nadam(const Hyperparameters& h)
      : moments_(h),
        learning_rate_(hyperparameter<double>(h, "learning_rate")),
        epsilon_(hyperparameter<double>(h, "epsilon")),
        momentum_decay_(hyperparameter<double>(h, "momentum_decay")) {}
  void start(std::size_t n) override {
    mean_.assign(n, Real{0});
    square_.assign(n, Real{0});
    moments_.start();
    product_ = 1;
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const MomentStep<Real> now = moments_.next();
    const double mu = momentum_at(now.t), next = momentum_at(now.t + 1);
    product_ *= mu;
    const double scale = this->rate(learning_rate_) * now.root2;
    const Real gradient_rate = static_cast<Real>(scale * (1.0 - mu) / (1.0 - product_));
    const Real mean_rate = static_cast<Real>(scale * next / (1.0 - product_ * next));
    const Real epsilon = static_cast<Real>(epsilon_ * now.root2);
    elementwise<Real>(update_, {gradient}, {theta, mean_, square_},
                      {gradient_rate, mean_rate, now.keep1, now.take1, now.keep2, now.take2, epsilon});
  }

 private:
  /// mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)
  double momentum_at(double t) const {
    return moments_.beta1() * (1.0 - 0.5 * std::pow(0.96, t * momentum_decay_));
  }

  ElementwiseKernel update_ = L2L_ELEMENTWISE(NadamUpdate);
  Moments<Real> moments_;
  double learning_rate_, epsilon_, momentum_decay_;
  double product_ = 1;  // mu_1 ... mu_t
  std::vector<Real> mean_, square_;
};

}  // namespace

Rule nadam_rule() {
  return make_rule<Nadam>({
      .name = "nadam",
      .label = "NAdam",
      .equation = "m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; mu_t = beta1 (1 - "
                  "0.96^(t momentum_decay) / 2); theta <- theta - lr ((1 - mu_t) g / (1 - mu_1 ... mu_t) + "
                  "mu_{t+1} m / (1 - mu_1 ... mu_{t+1})) / (sqrt(v / (1 - beta2^t)) + epsilon)",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {2e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}},
                 {"momentum_decay", {4e-3, 0, 1}}},
      .cost = cost_of_coordinate<14, 2>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
