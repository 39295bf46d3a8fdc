// Random quadratics (paper section 3.1): f(theta) = ||W theta - y||^2, no 1/2 and no mean.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/names.hpp"
#include "optimizees/kinds.hpp"
#include "optimizees/optimizee.hpp"
#include "optimizees/theta.hpp"

namespace l2l {

/// Entries of W and y: IID N(0, 1) as in the paper, or IID uniform in [0, 1] as in its released code.
/// spectrum: W = U diag(s) V^T of a given condition number, U and V random rotations, y as in gaussian.
enum class QuadraticDistribution { gaussian, uniform, spectrum };
template <>
struct SpecNames<QuadraticDistribution> {
  static constexpr std::array<std::pair<QuadraticDistribution, std::string_view>, 3> names = {
      {{QuadraticDistribution::gaussian, "gaussian"},
       {QuadraticDistribution::uniform, "uniform"},
       {QuadraticDistribution::spectrum, "spectrum"}}};
};

/// One quadratic with given coefficients. Its gradient is 2 W^T (W theta - y), its Hessian 2 W^T W; steps are
/// ignored.
/// @param w       (n, n) row-major
/// @param y       n values
/// @param theta0  n values, where optimization starts
template <class Real>
std::unique_ptr<Optimizee<Real>> make_quadratic(std::span<const Real> w, std::span<const Real> y,
                                                std::span<const Real> theta0);

/// What a suite may say of a family of quadratics.
struct QuadraticSettings {
  std::size_t dimension = 10;
  QuadraticDistribution distribution = QuadraticDistribution::gaussian;
  /// Of W^T W, for spectrum: its eigenvalues are evenly spaced on a log scale; ||W||_F^2 = n^2, as it is on
  /// average where the entries are N(0, 1).
  double condition = 100;
  double init_stddev = kInitStddev;  ///< theta_0 ~ N(0, init_stddev^2)
};

struct QuadraticFamilyOptions : QuadraticSettings {
  std::string identity = {};  ///< canonical configuration, from which every seed is derived
};

std::shared_ptr<const OptimizeeFamily> make_quadratic_family(const QuadraticFamilyOptions& options);

/// Of one of them, of n coordinates: one product with W and one with its transpose a gradient.
OptimizeeShape quadratic_shape(std::size_t n);

}  // namespace l2l
