// Schedule-free SGD (Defazio et al. 2024, "The Road Less Scheduled", equations 4 to 6): an average x of the
// iterates z of gradient descent takes the place of a schedule. Gradients are taken at y, between z and x,
// and what counts is x, where the paper evaluates: theta here, so that f(theta_t) of a trajectory is f(x_t)
// and costs an evaluation of its own, as it does for NAG. Decay is at y, as in the
// authors' package (schedulefree.SGDScheduleFree).
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/schedule_free_sgd.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(ScheduleFreeSgdPoint, (V theta, V lead, V& point, V ahead), { point = theta + ahead * lead; });

L2L_UPDATE(ScheduleFreeSgdUpdate,
           (V g, V& theta, V& lead, V learning_rate, V ahead, V decay, V share, V rest), {
             const V point = theta + ahead * lead;
             const V moved = lead - learning_rate * (g + decay * point);
             theta = theta + share * moved;
             lead = rest * moved;
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"
#include "optimizers/hand_designed/schedule_free.hpp"

namespace l2l {
namespace {

template <class Real>
class ScheduleFreeSgd final : public Optimizer<Real> {
 public:
  explicit ScheduleFreeSgd(const Hyperparameters& h)
      : learning_rate_(hyperparameter<Real>(h, "learning_rate")),
        ahead_(static_cast<Real>(1.0 - hyperparameter<double>(h, "momentum"))),
        weight_decay_(hyperparameter<Real>(h, "weight_decay")) {}
  void start(std::size_t n) override {
    lead_.assign(n, Real{0});
    average_.start();
  }
  bool looks_ahead() const override { return true; }
  void gradient_point(std::span<const Real> theta, std::span<Real> point) const override {
    elementwise<Real>(point_, {theta, lead_}, {point}, {ahead_});
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    const double share = average_.next(this->rate(1.0));
    elementwise<Real>(update_, {gradient}, {theta, lead_},
                      {this->rate(learning_rate_), ahead_, weight_decay_, static_cast<Real>(share),
                       static_cast<Real>(1.0 - share)});
  }

 private:
  ElementwiseKernel point_ = L2L_ELEMENTWISE(ScheduleFreeSgdPoint);
  ElementwiseKernel update_ = L2L_ELEMENTWISE(ScheduleFreeSgdUpdate);
  Real learning_rate_, ahead_, weight_decay_;
  std::vector<Real> lead_;  // z_t - x_t: z is never needed by itself
  AverageShare average_;
};

}  // namespace

Rule schedule_free_sgd_rule() {
  return make_rule<ScheduleFreeSgd>({
      .name = "schedule-free-sgd",
      .label = "Schedule-free SGD",
      .equation = "g at y = mu x + (1 - mu) z; z <- z - lr (g + weight_decay y); x <- (1 - 1/t) x + z / t; "
                  "theta = x",
      .tuned = "learning_rate",
      .bounds = {{"learning_rate", {1, 0, 1e6}}, {"momentum", {0.9, 0, 1}}, {"weight_decay", {0, 0, 1e3}}},
      .cost = cost_of_coordinate<11, 1>,  // y twice
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
