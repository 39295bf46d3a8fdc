// Schedule-free ADAM (Defazio et al. 2024, "The Road Less Scheduled", algorithm 1): schedule-free SGD with
// gradients over the root of ADAM's v. Where gradients are taken and what is reported: schedule_free_sgd.cpp.
// As the authors' package (schedulefree.AdamWScheduleFree); the paper's algorithm has the correction of v for
// its start in the rate, and so in the weights of the average too.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/schedule_free_adam.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(ScheduleFreeAdamPoint, (V theta, V lead, V& point, V ahead), { point = theta + ahead * lead; });

L2L_UPDATE(ScheduleFreeAdamUpdate,
           (V g, V& theta, V& lead, V& square, V rate, V ahead, V decay, V keep2, V take2, V epsilon, V share,
            V rest),
           {
             const V point = theta + ahead * lead;
             square = keep2 * square + take2 * (g * g);
             const V moved = lead - (rate * Quotient(g, hn::Sqrt(square) + epsilon) + decay * point);
             theta = theta + share * moved;
             lead = rest * moved;
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/moments.hpp"
#include "optimizers/hand_designed/schedule_free.hpp"

namespace l2l {
namespace {

template <class Real>
class ScheduleFreeAdam final : public Optimizer<Real> {
 public:
  explicit ScheduleFreeAdam(const Hyperparameters& h)
      : moments_(h),
        learning_rate_(hyperparameter<double>(h, "learning_rate")),
        epsilon_(hyperparameter<double>(h, "epsilon")),
        ahead_(static_cast<Real>(1.0 - hyperparameter<double>(h, "beta1"))),
        weight_decay_(hyperparameter<double>(h, "weight_decay")) {}
  void start(std::size_t n) override {
    lead_.assign(n, Real{0});
    square_.assign(n, Real{0});
    moments_.start();
    average_.start();
  }
  bool looks_ahead() const override { return true; }
  void gradient_point(std::span<const Real> theta, std::span<Real> point) const override {
    elementwise<Real>(point_, {theta, lead_}, {point}, {ahead_});
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const MomentStep<Real> now = moments_.next();
    const double own = this->rate(learning_rate_), share = average_.next(this->rate(1.0));
    elementwise<Real>(update_, {gradient}, {theta, lead_, square_},
                      {static_cast<Real>(own * now.root2), ahead_, static_cast<Real>(own * weight_decay_),
                       now.keep2, now.take2, static_cast<Real>(epsilon_ * now.root2),
                       static_cast<Real>(share), static_cast<Real>(1.0 - share)});
  }

 private:
  ElementwiseKernel point_ = L2L_ELEMENTWISE(ScheduleFreeAdamPoint);
  ElementwiseKernel update_ = L2L_ELEMENTWISE(ScheduleFreeAdamUpdate);
  Moments<Real> moments_;
  double learning_rate_, epsilon_;
  Real ahead_;
  double weight_decay_;
  AverageShare average_;
  std::vector<Real> lead_, square_;  // z_t - x_t, and v
};

}  // namespace

Rule schedule_free_adam_rule() {
  return make_rule<ScheduleFreeAdam>({
      .name = "schedule-free-adam",
      .label = "Schedule-free ADAM",
      .equation =
          "g at y = beta1 x + (1 - beta1) z; v <- beta2 v + (1 - beta2) g^2; z <- z - lr (g / "
          "(sqrt(v / (1 - beta2^t)) + epsilon) + weight_decay y); x <- (1 - 1/t) x + z / t; theta = x",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {2.5e-3, 0, 1e6}},
                 {"beta1", {0.9, 0, 1}},
                 {"beta2", {0.999, 0, 0.99999999}},
                 {"epsilon", {1e-8, 0, 1}},
                 {"weight_decay", {0, 0, 1e3}}},
      .cost = cost_of_coordinate<18, 2>,  // y twice
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
