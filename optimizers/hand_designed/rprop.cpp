// Resilient propagation without weight backtracking (iRprop-): Torch7's optim.rprop.
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/rprop.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(RpropUpdate,
           (V g, V& theta, V& previous_sign, V& step, V rate_factor, V grow, V shrink, V smallest, V largest),
           {
             const hn::DFromV<V> d;
             const V zero = hn::Zero(d), one = hn::Set(d, 1);
             // Only signs count. Torch7 takes that of the product of two gradients, which underflows in
             // float.
             const V sign = hn::IfThenElse(g > zero, one, hn::IfThenElse(g < zero, hn::Set(d, -1), zero));
             const V agreement = sign * previous_sign;
             const auto turned = agreement < zero;
             V s = step * hn::IfThenElse(agreement > zero, grow, hn::IfThenElse(turned, shrink, one));
             s = hn::IfThenElse(s > largest, largest, s);
             s = hn::IfThenElse(s < smallest, smallest, s);
             step = s;
             previous_sign = hn::IfThenElse(turned, zero, sign);
             theta = theta - previous_sign * (rate_factor * s);
           });

#if HWY_ONCE
#include <vector>

#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

template <class Real>
class Rprop final : public Optimizer<Real> {
 public:
  explicit Rprop(const Hyperparameters& h)
      : stepsize_(hyperparameter<Real>(h, "stepsize")),
        grow_(hyperparameter<Real>(h, "etaplus")),
        shrink_(hyperparameter<Real>(h, "etaminus")),
        smallest_(hyperparameter<Real>(h, "stepsizemin")),
        largest_(hyperparameter<Real>(h, "stepsizemax")) {}
  void start(std::size_t n) override {
    previous_sign_.assign(n, Real{0});
    steps_.assign(n, stepsize_);
  }
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta, previous_sign_, steps_},
                      {this->rate(Real{1}), grow_, shrink_, smallest_, largest_});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(RpropUpdate);
  Real stepsize_, grow_, shrink_, smallest_, largest_;
  std::vector<Real> previous_sign_;
  std::vector<Real> steps_;
};

}  // namespace

Rule rprop_rule() {
  return make_rule<Rprop>({
      .name = "rprop",
      .label = "Rprop",
      .equation = "s <- s * (etaplus if the sign of g stays, etaminus if it turns); theta <- theta - "
                  "sign(g) s, not moved where it turns",
      .tuned = "stepsize",
      .bounds = {{"stepsize", {0.1, 0, 1e6}},
                 {"etaplus", {1.2, 1, 100}},
                 {"etaminus", {0.5, 0, 1}},
                 {"stepsizemax", {50, 0, 1e6}},
                 {"stepsizemin", {1e-6, 0, 1e6}}},
      .cost = cost_of_coordinate<10, 2>,
  });
}

}  // namespace l2l
#endif  // HWY_ONCE
