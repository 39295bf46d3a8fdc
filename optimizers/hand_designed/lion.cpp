// Lion (Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2): the sign of a blend
// of momentum and gradient, so that every coordinate moves by the learning rate.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/lion.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

// sign(0) = 0. NaN stays NaN: a coordinate that has diverged must not go on with steps of plus or minus one.
L2L_UPDATE(LionUpdate,
           (V g, V& theta, V& mean, V rate, V keep1, V take1, V keep2, V take2, V decay, V zero, V one), {
             const V blend = keep1 * mean + take1 * g;
             const V sign = hn::IfThenElse(blend == zero, zero,
                                           hn::IfThenElse(blend == blend, hn::CopySign(one, blend), blend));
             theta = theta - rate * (sign + decay * theta);
             mean = keep2 * mean + take2 * g;
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Lion final : public Optimizer<Real> {
 public:
  explicit Lion(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        beta1_(hyperparameter<double>(h, "beta1")),
        beta2_(hyperparameter<double>(h, "beta2")),
        weight_decay_(hyperparameter<Real>(h, "weight_decay")) {}
  void start(std::size_t n) override { mean_.assign(n, Real{0}); }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(
        update_, {gradient}, {theta, mean_},
        {this->rate(learning_rate_), static_cast<Real>(beta1_), static_cast<Real>(1.0 - beta1_),
         static_cast<Real>(beta2_), static_cast<Real>(1.0 - beta2_), weight_decay_, Real{0}, Real{1}});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(LionUpdate);
  Real learning_rate_;
  double beta1_, beta2_;
  Real weight_decay_;
  std::vector<Real> mean_;
};

}  // namespace

Rule lion_rule() {
  return make_rule<Lion>({
      .name = "lion",
      .label = "Lion",
      .equation = "theta <- theta - lr (sign(beta1 m + (1 - beta1) g) + weight_decay theta); "
                  "m <- beta2 m + (1 - beta2) g",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-4, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.99, 0, 0.999999}},
                 {"weight_decay", {0, 0, 1e3}}},
      .cost = cost_of_coordinate<13, 1>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
