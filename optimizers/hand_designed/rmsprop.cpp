// RMSprop: Torch7's optim.rmsprop.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/rmsprop.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(RmspropUpdate, (V g, V& theta, V& mean_squares, V learning_rate, V decay, V fresh, V epsilon), {
  mean_squares = decay * mean_squares + fresh * (g * g);
  theta = theta - learning_rate * Quotient(g, hn::Sqrt(mean_squares) + epsilon);
});

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Rmsprop final : public Optimizer<Real> {
 public:
  explicit Rmsprop(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        decay_(hyperparameter<Real>(h, "alpha")),
        fresh_(static_cast<Real>(1.0 - hyperparameter<double>(h, "alpha"))),
        epsilon_(hyperparameter<Real>(h, "epsilon")),
        initial_mean_(hyperparameter<Real>(h, "initial_mean")) {}
  void start(std::size_t n) override { mean_squares_.assign(n, initial_mean_); }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta, mean_squares_},
                      {this->rate(learning_rate_), decay_, fresh_, epsilon_});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(RmspropUpdate);
  Real learning_rate_, decay_, fresh_, epsilon_, initial_mean_;
  std::vector<Real> mean_squares_;
};

}  // namespace

Rule rmsprop_rule() {
  return make_rule<Rmsprop>({
      .name = "rmsprop",
      .label = "RMSprop",
      .equation = "m <- alpha m + (1 - alpha) g^2; theta <- theta - lr g / (sqrt(m) + epsilon)",
      .version_without_epsilon = 2,
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-2, 0, 1e6}},
                 {"alpha", {0.99, 0, 1}},
                 {"epsilon", {1e-8, 0, 1}},
                 {"initial_mean", {0, 0, 1e6}}},
      .cost = cost_of_coordinate<9, 1>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
