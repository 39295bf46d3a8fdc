// ADAM on phi (Kingma & Ba, algorithm 1), in double precision: phi is small and its training is long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace l2l {

struct MetaAdam {
  static constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

  explicit MetaAdam(std::size_t n) : first_moment(n), second_moment(n) {}

  /// phi -= learning_rate * m_hat / (sqrt(v_hat) + epsilon), elementwise; all spans of n values.
  void step(std::span<const double> gradient, double learning_rate, std::span<double> phi);

  std::vector<double> first_moment, second_moment;
  std::int64_t steps = 0;
};

/// Scales the vector down to the given L2 norm if it is longer; 0 or less leaves it alone.
void clip_to_norm(std::span<double> vector, double norm);

}  // namespace l2l
