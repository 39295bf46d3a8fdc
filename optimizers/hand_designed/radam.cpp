// RAdam (Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond", algorithm 2): ADAM
// whose step is momentum alone until v has seen enough gradients for its root to be trusted, and is rectified
// by the variance of that root afterwards. As torch.optim.RAdam, which adds epsilon, absent in the paper, to
// the root before the correction for the start.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/radam.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(RadamUpdate,
           (V g, V& theta, V& mean, V& square, V rate, V keep1, V take1, V keep2, V take2, V epsilon), {
             mean = keep1 * mean + take1 * g;
             square = keep2 * square + take2 * (g * g);
             theta = theta - rate * Quotient(mean, hn::Sqrt(square) + epsilon);
           });

/// While the root is not trusted.
L2L_UPDATE(EarlyRadamUpdate, (V g, V& theta, V& mean, V& square, V rate, V keep1, V take1, V keep2, V take2),
           {
             mean = keep1 * mean + take1 * g;
             square = keep2 * square + take2 * (g * g);
             theta = theta - rate * mean;
           });

#if HWY_ONCE
#include <cmath>
#include <vector>

#include "optimizers/hand_designed/moments.hpp"

namespace l2l {
namespace {

template <class Real>
class Radam final : public Optimizer<Real> {
 public:
  explicit Radam(const Hyperparameters& h)
      : moments_(h),
        learning_rate_(hyperparameter<double>(h, "learning_rate")),
        epsilon_(hyperparameter<Real>(h, "epsilon")) {}
  void start(std::size_t n) override {
    mean_.assign(n, Real{0});
    square_.assign(n, Real{0});
    moments_.start();
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const MomentStep<Real> now = moments_.next();
    // The length of the simple moving average that v amounts to, and its limit.
    const double limit = 2.0 / (1.0 - moments_.beta2()) - 1.0;
    const double length = limit - 2.0 * now.t * (1.0 - now.correction2) / now.correction2;
    const double rate = this->rate(learning_rate_) / now.correction1;
    if (length > 5) {
      const double rectified =
          std::sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length));
      elementwise<Real>(update_, {gradient}, {theta, mean_, square_},
                        {static_cast<Real>(rate * rectified * now.root2), now.keep1, now.take1, now.keep2,
                         now.take2, epsilon_});
    } else {
      elementwise<Real>(early_update_, {gradient}, {theta, mean_, square_},
                        {static_cast<Real>(rate), now.keep1, now.take1, now.keep2, now.take2});
    }
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(RadamUpdate);
  ElementwiseKernel early_update_ = L2L_ELEMENTWISE(EarlyRadamUpdate);
  Moments<Real> moments_;
  double learning_rate_;
  Real epsilon_;
  std::vector<Real> mean_, square_;
};

}  // namespace

Rule radam_rule() {
  return make_rule<Radam>({
      .name = "radam",
      .label = "RAdam",
      .equation = "m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; rho = 2 / (1 - beta2) - 1; "
                  "rho_t = rho - 2 t beta2^t / (1 - beta2^t); theta <- theta - lr m / (1 - beta1^t) (r_t "
                  "sqrt(1 - beta2^t) / (sqrt(v) + epsilon) where rho_t > 5), r_t = sqrt((rho_t - 4) "
                  "(rho_t - 2) rho / ((rho - 4) (rho - 2) rho_t))",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}}},
      .cost = cost_of_coordinate<12, 2>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
