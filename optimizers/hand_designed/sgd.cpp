// Plain (stochastic) gradient descent: Torch7's optim.sgd without momentum.
#include "core/error.hpp"
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Sgd final : public Optimizer<Real> {
 public:
  explicit Sgd(const Hyperparameters& h) : learning_rate_(hyperparameter<Real>(h, "learning_rate")) {}
  void start(std::size_t) override {}
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    L2L_CHECK(gradient.size() == theta.size(), "gradient={} theta={}", gradient.size(), theta.size());
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= learning_rate_ * gradient[i];
  }

 private:
  Real learning_rate_;
};

}  // namespace

Rule sgd_rule() {
  return make_rule<Sgd>("sgd", "SGD", "theta <- theta - lr g", "learning_rate",
                        {{"learning_rate", {1e-3, 0, 1e6}}});
}

}  // namespace l2l
