// AMSGrad (Reddi, Kale and Kumar 2018, "On the Convergence of Adam and Beyond", algorithm 2): ADAM with the
// largest v so far in place of v, so that no coordinate's rate grows again. With ADAM's corrections for the
// start, which the paper leaves out, as torch.optim.Adam(amsgrad=True): the largest v is taken before them.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/amsgrad.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

// Not hn::Max: what it makes of NaN is up to the instruction set.
L2L_UPDATE(AmsgradUpdate,
           (V g, V& theta, V& mean, V& square, V& largest, V rate, V keep1, V take1, V keep2, V take2,
            V epsilon),
           {
             mean = keep1 * mean + take1 * g;
             square = keep2 * square + take2 * (g * g);
             largest = hn::IfThenElse(largest >= square, largest, square);
             theta = theta - rate * Quotient(mean, hn::Sqrt(largest) + epsilon);
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/moments.hpp"

namespace l2l {
namespace {

template <class Real>
class Amsgrad final : public Optimizer<Real> {
 public:
  explicit Amsgrad(const Hyperparameters& h)
      : moments_(h),
        learning_rate_(hyperparameter<double>(h, "learning_rate")),
        epsilon_(hyperparameter<double>(h, "epsilon")) {}
  void start(std::size_t n) override {
    mean_.assign(n, Real{0});
    square_.assign(n, Real{0});
    largest_.assign(n, Real{0});
    moments_.start();
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const MomentStep<Real> now = moments_.next();
    const double own = this->rate(learning_rate_);
    const Real rate = static_cast<Real>(own * now.root2 / now.correction1);
    const Real epsilon = static_cast<Real>(epsilon_ * now.root2);
    elementwise<Real>(update_, {gradient}, {theta, mean_, square_, largest_},
                      {rate, now.keep1, now.take1, now.keep2, now.take2, epsilon});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(AmsgradUpdate);
  Moments<Real> moments_;
  double learning_rate_, epsilon_;
  std::vector<Real> mean_, square_, largest_;
};

}  // namespace

Rule amsgrad_rule() {
  return make_rule<Amsgrad>({
      .name = "amsgrad",
      .label = "AMSGrad",
      .equation = "m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; u <- max(u, v); theta <- "
                  "theta - lr (m / (1 - beta1^t)) / (sqrt(u / (1 - beta2^t)) + epsilon)",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 0.999999}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}}},
      .cost = cost_of_coordinate<13, 3>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
