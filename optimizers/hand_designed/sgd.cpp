// Plain (stochastic) gradient descent: Torch7's optim.sgd without momentum.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizers/hand_designed/sgd.cpp"
#include "core/each_target.hpp"
#include "optimizers/kernels/elementwise-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

struct SgdUpdate {
  template <class V>
  HWY_INLINE void operator()(V g, V& theta, V learning_rate) const {
    theta = theta - learning_rate * g;
  }
};
ElementwiseKernel SgdKernel() {
  return Elementwise<SgdUpdate>();
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "optimizers/hand_designed/make_rule.hpp"

namespace l2l {
namespace {

HWY_EXPORT(SgdKernel);

template <class Real>
class Sgd final : public Optimizer<Real> {
 public:
  explicit Sgd(const Hyperparameters& h) : learning_rate_(hyperparameter<Real>(h, "learning_rate")) {}
  void start(std::size_t) override {}
  void step(std::span<const Real> gradient, std::span<Real> theta) override {
    elementwise<Real>(update_, {gradient}, {theta}, {learning_rate_});
  }

 private:
  ElementwiseKernel update_ = L2L_ELEMENTWISE(SgdKernel);
  Real learning_rate_;
};

}  // namespace

Rule sgd_rule() {
  return make_rule<Sgd>("sgd", "SGD", "theta <- theta - lr g", "learning_rate",
                        {{"learning_rate", {1e-3, 0, 1e6}}});
}

}  // namespace l2l
#endif  // HWY_ONCE
