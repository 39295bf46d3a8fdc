// A quadratic for tests of rules whose coordinates know of each other.
#pragma once

#include <vector>

namespace l2l::testing {

/// Gradient of theta^T A theta / 2 - b^T theta, A tridiagonal and positive definite.
inline std::vector<double> gradient_at(const std::vector<double>& theta) {
  const std::size_t n = theta.size();
  std::vector<double> g(n);
  for (std::size_t i = 0; i < n; ++i) {
    g[i] = (1 + 0.5 * static_cast<double>(i)) * theta[i] - 1;
    if (i > 0) g[i] += 0.3 * theta[i - 1];
    if (i + 1 < n) g[i] += 0.3 * theta[i + 1];
  }
  return g;
}

}  // namespace l2l::testing
