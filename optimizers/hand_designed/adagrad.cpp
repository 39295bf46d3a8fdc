// Adagrad: Torch7's optim.adagrad.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/adagrad.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(AdagradUpdate, (V g, V& theta, V& squares, V learning_rate, V epsilon), {
  squares = squares + g * g;
  theta = theta - learning_rate * Quotient(g, hn::Sqrt(squares) + epsilon);
});

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Adagrad final : public Optimizer<Real> {
 public:
  explicit Adagrad(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        epsilon_(hyperparameter<Real>(h, "epsilon")) {}
  void start(std::size_t n) override { squares_.assign(n, Real{0}); }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta, squares_}, {this->rate(learning_rate_), epsilon_});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(AdagradUpdate);
  Real learning_rate_, epsilon_;
  std::vector<Real> squares_;  // sum of squared gradients
};

}  // namespace

/// Torch7 writes its 1e-10 as a constant; here it has a name.
Rule adagrad_rule() {
  return make_rule<Adagrad>({
      .name = "adagrad",
      .label = "Adagrad",
      .equation = "v <- v + g^2; theta <- theta - lr g / (sqrt(v) + epsilon)",
      .version_without_epsilon = 2,
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}}, {"epsilon", {1e-10, 0, 1}}},
      .cost = cost_of_coordinate<7, 1>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
