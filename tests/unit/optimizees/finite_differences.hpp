// Central differences of an optimizee against its gradient.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "optimizees/optimizee.hpp"

namespace l2l {

template <class Real>
Real largest_entry(const std::vector<Real>& values) {
  Real largest = 0;
  for (const Real value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

/// Largest |gradient - central difference| over the coordinates `first, first + stride, ...`, relative to
/// the largest entry of the gradient.
inline double finite_difference_error(Optimizee<double>& f, std::vector<double> theta,
                                      std::size_t stride = 1) {
  constexpr double kStep = 1e-5;
  std::vector<double> gradient(theta.size());
  f.value_and_gradient(theta, 0, gradient);
  double error = 0;
  for (std::size_t i = 0; i < theta.size(); i += stride) {
    const double centre = theta[i];
    theta[i] = centre + kStep;
    const double above = f.value(theta, 0);
    theta[i] = centre - kStep;
    const double below = f.value(theta, 0);
    theta[i] = centre;
    error = std::max(error, std::abs((above - below) / (2 * kStep) - gradient[i]));
  }
  return error / largest_entry(gradient);
}

/// Largest |f''(theta) v - central difference of the gradient along v|, relative to the largest entry.
inline double hessian_vector_error(Optimizee<double>& f, const std::vector<double>& theta,
                                   const std::vector<double>& v) {
  constexpr double kStep = 1e-5;
  const std::size_t n = theta.size();
  std::vector<double> product(n), above(n), below(n), moved = theta;
  f.hessian_vector_product(theta, 0, v, product);
  for (std::size_t i = 0; i < n; ++i) moved[i] = theta[i] + kStep * v[i];
  f.value_and_gradient(moved, 0, above);
  for (std::size_t i = 0; i < n; ++i) moved[i] = theta[i] - kStep * v[i];
  f.value_and_gradient(moved, 0, below);
  double error = 0;
  for (std::size_t i = 0; i < n; ++i)
    error = std::max(error, std::abs((above[i] - below[i]) / (2 * kStep) - product[i]));
  return error / largest_entry(product);
}

}  // namespace l2l
