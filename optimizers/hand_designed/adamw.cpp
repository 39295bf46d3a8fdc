// AdamW (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2): ADAM with Kingma
// and Ba's epsilon, and theta decays by the learning rate times weight_decay beside its step, as in
// torch.optim.AdamW.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/adamw.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(AdamwUpdate,
           (V g, V& theta, V& mean, V& square, V rate, V shrink, V keep1, V take1, V keep2, V take2,
            V epsilon),
           {
             mean = keep1 * mean + take1 * g;
             square = keep2 * square + take2 * (g * g);
             theta = shrink * theta - rate * Quotient(mean, hn::Sqrt(square) + epsilon);
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/moments.hpp"

namespace l2l {
namespace {

template <class Real>
class AdamW final : public Optimizer<Real> {
 public:
  explicit AdamW(const Hyperparameters& h)
      : moments_(h),
        learning_rate_(hyperparameter<double>(h, "learning_rate")),
        epsilon_(hyperparameter<double>(h, "epsilon")),
        weight_decay_(hyperparameter<double>(h, "weight_decay")) {}
  void start(std::size_t n) override {
    mean_.assign(n, Real{0});
    square_.assign(n, Real{0});
    moments_.start();
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const MomentStep<Real> now = moments_.next();
    const double own = this->rate(learning_rate_);
    // lr (m / c1) / (sqrt(v / c2) + epsilon) = (lr sqrt(c2) / c1) m / (sqrt(v) + epsilon sqrt(c2))
    const Real rate = static_cast<Real>(own * now.root2 / now.correction1);
    const Real shrink = static_cast<Real>(1.0 - own * weight_decay_);
    const Real epsilon = static_cast<Real>(epsilon_ * now.root2);
    elementwise<Real>(update_, {gradient}, {theta, mean_, square_},
                      {rate, shrink, now.keep1, now.take1, now.keep2, now.take2, epsilon});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(AdamwUpdate);
  Moments<Real> moments_;
  double learning_rate_, epsilon_, weight_decay_;
  std::vector<Real> mean_, square_;
};

}  // namespace

Rule adamw_rule() {
  return make_rule<AdamW>({
      .name = "adamw",
      .label = "AdamW",
      .equation =
          "m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; theta <- "
          "(1 - lr weight_decay) theta - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}},
                 {"weight_decay", {1e-2, 0, 1e3}}},
      .cost = cost_of_coordinate<13, 2>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
