// Plain (stochastic) gradient descent: Torch7's optim.sgd without momentum.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/sgd.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(SgdUpdate, (V g, V& theta, V learning_rate), { theta = theta - learning_rate * g; });

#if HWY_ONCE
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Sgd final : public Optimizer<Real> {
 public:
  explicit Sgd(const Hyperparameters& h) : learning_rate_(hyperparameter<Real>(h, "learning_rate")) {}
  void start(std::size_t) override {}
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta}, {this->rate(learning_rate_)});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(SgdUpdate);
  Real learning_rate_;
};

}  // namespace

Rule sgd_rule() {
  return make_rule<Sgd>({
      .name = "sgd",
      .label = "SGD",
      .equation = "theta <- theta - lr g",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}}},
      .cost = cost_of_coordinate<2, 0>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
