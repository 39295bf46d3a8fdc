// Nesterov's accelerated gradient: Torch7's optim.nag.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/nag.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(NagPoint, (V theta, V displacement, V& point, V momentum),
           { point = theta + momentum * displacement; });

L2L_UPDATE(NagUpdate, (V g, V& theta, V& displacement, V learning_rate, V momentum), {
  displacement = momentum * displacement - learning_rate * g;
  theta = theta + displacement;
});

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Nag final : public Optimizer<Real> {
 public:
  explicit Nag(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        momentum_(hyperparameter<Real>(h, "momentum")) {}
  void start(std::size_t n) override { displacement_.assign(n, Real{0}); }
  bool looks_ahead() const override { return true; }
  void gradient_point(std::span<const Real> theta, std::span<Real> point) const override {
    elementwise<Real>(point_, {theta, displacement_}, {point}, {momentum_});
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta, displacement_}, {this->rate(learning_rate_), momentum_});
  }

 private:
  ElementwiseKernel point_ = L2L_ELEMENTWISE(NagPoint);
  ElementwiseKernel update_ = L2L_ELEMENTWISE(NagUpdate);
  Real learning_rate_, momentum_;
  std::vector<Real> displacement_;  // d_t = theta_t - theta_{t-1}
};

}  // namespace

Rule nag_rule() {
  return make_rule<Nag>({
      .name = "nag",
      .label = "NAG",
      .equation = "g at theta + mu d; d <- mu d - lr g; theta <- theta + d",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}}, {"momentum", {0.9, 0, 1}}},
      .cost = cost_of_coordinate<6, 1>,  // the point ahead included
      .also = {{"nag_sutskever", {}}},
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
