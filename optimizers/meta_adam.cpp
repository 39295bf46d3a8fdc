#define HWY_TARGET_INCLUDE "optimizers/meta_adam.cpp"
#include "optimizers/kernels/elementwise-inl.hpp"

L2L_UPDATE(MetaAdamUpdate,
           (V g, V& phi, V& m, V& v, V learning_rate, V keep1, V take1, V keep2, V take2, V correction1,
            V correction2, V epsilon),
           {
             m = keep1 * m + take1 * g;
             v = keep2 * v + take2 * g * g;
             phi = phi - learning_rate * (m / correction1) / (hn::Sqrt(v / correction2) + epsilon);
           });

#if HWY_ONCE
#include <cmath>

#include "optimizers/meta_adam.hpp"

namespace l2l {

void MetaAdam::step(std::span<const double> gradient, double learning_rate, std::span<double> phi) {
  ++steps;
  const double correction1 = 1.0 - std::pow(kBeta1, static_cast<double>(steps));
  const double correction2 = 1.0 - std::pow(kBeta2, static_cast<double>(steps));
  elementwise<double>(
      L2L_ELEMENTWISE(MetaAdamUpdate), {gradient}, {phi, first_moment, second_moment},
      {learning_rate, kBeta1, 1.0 - kBeta1, kBeta2, 1.0 - kBeta2, correction1, correction2, kEpsilon});
}

void clip_to_norm(std::span<double> vector, double norm) {
  if (norm <= 0) return;
  double squares = 0;
  for (const double x : vector) squares += x * x;
  const double length = std::sqrt(squares);
  if (!(length > norm)) return;
  for (double& x : vector) x *= norm / length;
}

}  // namespace l2l
#endif  // HWY_ONCE
