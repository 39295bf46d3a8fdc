// The function f that an optimizer minimises (paper section 1: the optimizee).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "optimizees/role.hpp"

namespace l2l {

/// A named, contiguous range of coordinates of theta: the unit to which optimizers are assigned.
struct ParameterGroup {
  std::string name;
  std::size_t begin = 0;
  std::size_t end = 0;  ///< one past the last coordinate
  /// The group whose optimizer it shares where an assignment does not name it; empty: it must be named.
  std::string goes_with = {};
  /// Where it is a matrix, row-major: how many rows; 0: it is none.
  std::size_t rows = 0;
};

/// One sampled function. Not thread-safe (it owns scratch buffers); make one per thread of work.
/// @tparam Real float in the harness, double in the tests
template <class Real>
class Optimizee {
 public:
  virtual ~Optimizee() = default;

  /// Number of coordinates n.
  virtual std::size_t dimension() const = 0;
  /// Groups in coordinate order; together they cover [0, n). Groups may share a name.
  virtual const std::vector<ParameterGroup>& groups() const = 0;
  /// Writes theta_0 (n values), a pure function of the seed this function was sampled with.
  virtual void initial_theta(std::span<Real> theta) const = 0;
  /// f at step t (t picks the minibatch where f is stochastic; the same t draws the same minibatch).
  virtual Real value(std::span<const Real> theta, std::uint64_t step) = 0;
  /// f at step t, and its gradient (n values).
  virtual Real value_and_gradient(std::span<const Real> theta, std::uint64_t step,
                                  std::span<Real> gradient) = 0;

  /// product = f''(theta) v at step t (n values each). Optional: a bug where it is not implemented.
  virtual void hessian_vector_product(std::span<const Real> /*theta*/, std::uint64_t /*step*/,
                                      std::span<const Real> /*v*/, std::span<Real> /*product*/) {
    L2L_CHECK(false, "no second derivatives of a function of {} coordinates", dimension());
  }
};

/// A distribution over functions f, immutable and shared between threads.
class OptimizeeFamily {
 public:
  virtual ~OptimizeeFamily() = default;
  virtual std::size_t dimension() const = 0;
  virtual const std::vector<ParameterGroup>& groups() const = 0;
  /// Samples function `index` of `role`: a pure function of (family, role, index) and of nothing else.
  virtual std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const = 0;
};

}  // namespace l2l
