// Random quadratics (paper section 3.1): f(theta) = ||W theta - y||^2, no 1/2 and no mean.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "optimizees/kinds.hpp"
#include "optimizees/optimizee.hpp"

namespace l2l {

/// One quadratic with given coefficients. Its gradient is 2 W^T (W theta - y), its Hessian 2 W^T W; steps are
/// ignored.
/// @param w       (n, n) row-major
/// @param y       n values
/// @param theta0  n values, where optimization starts
template <class Real>
std::unique_ptr<Optimizee<Real>> make_quadratic(std::span<const Real> w, std::span<const Real> y,
                                                std::span<const Real> theta0);

struct QuadraticFamilyOptions {
  std::string identity;  ///< canonical configuration, from which every seed is derived
  std::size_t dimension = 10;
  QuadraticDistribution distribution = QuadraticDistribution::gaussian;
  /// Of W^T W, for spectrum: its eigenvalues are evenly spaced on a log scale; ||W||_F^2 = n^2, as it is on
  /// average where the entries are N(0, 1).
  double condition = 100;
  double init_stddev = 0.01;  ///< theta_0 ~ N(0, init_stddev^2)
};

std::shared_ptr<const OptimizeeFamily> make_quadratic_family(const QuadraticFamilyOptions& options);

}  // namespace l2l
