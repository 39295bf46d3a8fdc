// AdaBelief (Zhuang et al. 2020, "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed
// Gradients", algorithm 2): ADAM with the squares of what the running mean did not foresee in place of the
// squares of gradients. The paper's epsilon stands in two places, as do the two of optax.adabelief.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/adabelief.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(AdabeliefUpdate,
           (V g, V& theta, V& mean, V& surprise, V rate, V keep1, V take1, V keep2, V take2,
            V surprise_epsilon, V epsilon),
           {
             mean = keep1 * mean + take1 * g;
             const V unforeseen = g - mean;
             surprise = keep2 * surprise + take2 * (unforeseen * unforeseen) + surprise_epsilon;
             theta = theta - rate * Quotient(mean, hn::Sqrt(surprise) + epsilon);
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/moments.hpp"

namespace l2l {
namespace {

template <class Real>
class Adabelief final : public Optimizer<Real> {
 public:
  explicit Adabelief(const Hyperparameters& h)
      : moments_(h),
        learning_rate_(hyperparameter<double>(h, "learning_rate")),
        epsilon_(hyperparameter<double>(h, "epsilon")) {}
  void start(std::size_t n) override {
    mean_.assign(n, Real{0});
    surprise_.assign(n, Real{0});
    moments_.start();
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const MomentStep<Real> now = moments_.next();
    const double own = this->rate(learning_rate_);
    const Real rate = static_cast<Real>(own * now.root2 / now.correction1);
    elementwise<Real>(update_, {gradient}, {theta, mean_, surprise_},
                      {rate, now.keep1, now.take1, now.keep2, now.take2, static_cast<Real>(epsilon_),
                       static_cast<Real>(epsilon_ * now.root2)});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(AdabeliefUpdate);
  Moments<Real> moments_;
  double learning_rate_, epsilon_;
  std::vector<Real> mean_, surprise_;
};

}  // namespace

Rule adabelief_rule() {
  return make_rule<Adabelief>({
      .name = "adabelief",
      .label = "AdaBelief",
      .equation = "m <- beta1 m + (1 - beta1) g; s <- beta2 s + (1 - beta2) (g - m)^2 + epsilon; theta <- "
                  "theta - lr (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-16, 0, 1}}},
      .cost = cost_of_coordinate<14, 2>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
