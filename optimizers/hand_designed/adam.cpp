// ADAM: Torch7's optim.adam, and Kingma and Ba's own placement of epsilon as a switch.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/adam.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(AdamUpdate,
           (V g, V& theta, V& mean, V& square, V rate, V keep1, V take1, V keep2, V take2, V epsilon), {
             mean = keep1 * mean + take1 * g;
             square = keep2 * square + take2 * (g * g);
             theta = theta - rate * Quotient(mean, hn::Sqrt(square) + epsilon);
           });

#if HWY_ONCE
#include <cmath>
#include <cstdint>
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Adam final : public Optimizer<Real> {
 public:
  explicit Adam(const Hyperparameters& h)
      : learning_rate_(hyperparameter<double>(h, "learning_rate")),
        beta1_(hyperparameter<double>(h, "beta1")),
        beta2_(hyperparameter<double>(h, "beta2")),
        epsilon_(hyperparameter<double>(h, "epsilon")),
        kingma_(hyperparameter<double>(h, "kingma_epsilon") != 0) {}
  void start(std::size_t n) override {
    mean_.assign(n, Real{0});
    square_.assign(n, Real{0});
    steps_ = 0;
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    ++steps_;
    const double t = static_cast<double>(steps_);
    const double correction1 = 1.0 - std::pow(beta1_, t), root2 = std::sqrt(1.0 - std::pow(beta2_, t));
    // lr (m / c1) / (sqrt(v / c2) + epsilon) = (lr sqrt(c2) / c1) m / (sqrt(v) + epsilon sqrt(c2)); Torch7
    // adds the bare epsilon there instead.
    const Real rate = static_cast<Real>(this->rate(learning_rate_) * root2 / correction1);
    const Real epsilon = static_cast<Real>(kingma_ ? epsilon_ * root2 : epsilon_);
    const Real keep1 = static_cast<Real>(beta1_), take1 = static_cast<Real>(1.0 - beta1_);
    const Real keep2 = static_cast<Real>(beta2_), take2 = static_cast<Real>(1.0 - beta2_);
    elementwise<Real>(update_, {gradient}, {theta, mean_, square_},
                      {rate, keep1, take1, keep2, take2, epsilon});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(AdamUpdate);
  double learning_rate_, beta1_, beta2_, epsilon_;
  bool kingma_;
  std::vector<Real> mean_, square_;
  std::uint64_t steps_ = 0;
};

}  // namespace

Rule adam_rule() {
  return make_rule<Adam>({
      .name = "adam",
      .label = "ADAM",
      .equation = "m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; theta <- theta - "
                  "lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon); kingma_epsilon 1: epsilon "
                  "is added to the bias-corrected root",
      .version_without_epsilon = 2,
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}},
                 {"kingma_epsilon", {0, 0, 1}}},
      .cost = cost_of_coordinate<12, 2>,
      .also = {{"adam_kingma", {{"kingma_epsilon", 1}}}},
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
