// The heavy ball (Polyak 1964, "Some methods of speeding up the convergence of iteration methods"): momentum
// without dampening, as torch.optim.SGD has it. Polyak's own form, theta_{t+1} = theta_t - lr g_t +
// mu (theta_t - theta_{t-1}), has the same iterates where the rate is constant.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/heavy_ball.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(HeavyBallUpdate, (V g, V& theta, V& velocity, V learning_rate, V momentum), {
  velocity = momentum * velocity + g;
  theta = theta - learning_rate * velocity;
});

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class HeavyBall final : public Optimizer<Real> {
 public:
  explicit HeavyBall(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        momentum_(hyperparameter<Real>(h, "momentum")) {}
  void start(std::size_t n) override { velocity_.assign(n, Real{0}); }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta, velocity_}, {this->rate(learning_rate_), momentum_});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(HeavyBallUpdate);
  Real learning_rate_, momentum_;
  std::vector<Real> velocity_;
};

}  // namespace

Rule heavy_ball_rule() {
  return make_rule<HeavyBall>({
      .name = "heavy-ball",
      .label = "Heavy ball",
      .equation = "v <- mu v + g; theta <- theta - lr v",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}}, {"momentum", {0.9, 0, 1}}},
      .cost = cost_of_coordinate<4, 1>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
