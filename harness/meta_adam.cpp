#include "harness/meta_adam.hpp"

#include <cmath>

namespace l2l {

void MetaAdam::step(std::span<const double> gradient, double learning_rate, std::span<double> phi) {
  ++steps;
  const double correction1 = 1.0 - std::pow(kBeta1, static_cast<double>(steps));
  const double correction2 = 1.0 - std::pow(kBeta2, static_cast<double>(steps));
  for (std::size_t i = 0; i < phi.size(); ++i) {
    first_moment[i] = kBeta1 * first_moment[i] + (1.0 - kBeta1) * gradient[i];
    second_moment[i] = kBeta2 * second_moment[i] + (1.0 - kBeta2) * gradient[i] * gradient[i];
    phi[i] -= learning_rate * (first_moment[i] / correction1) /
              (std::sqrt(second_moment[i] / correction2) + kEpsilon);
  }
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
