// Functions of one family laid end to end: theta, gradients and optimizer state of all of them are one
// vector, so that a coordinatewise optimizer steps them together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "optimizees/optimizee.hpp"

namespace l2l {

template <class Real>
class FunctionBatch {
 public:
  /// At least one function, all of the same dimension.
  explicit FunctionBatch(std::vector<std::unique_ptr<Optimizee<Real>>> functions);

  std::size_t count() const { return functions_.size(); }
  std::size_t dimension() const { return dimension_; }  ///< of one function
  std::size_t size() const { return count() * dimension_; }
  const std::vector<ParameterGroup>& groups() const { return functions_.front()->groups(); }  ///< of one

  /// theta_0 of every function: size() values.
  void initial_theta(std::span<Real> theta) const;
  /// losses[i] = f_i at step t: count() values.
  void values(std::span<const Real> theta, std::uint64_t step, std::span<Real> losses);
  /// The same, and each function's own gradient (size() values, undivided).
  void values_and_gradients(std::span<const Real> theta, std::uint64_t step, std::span<Real> losses,
                            std::span<Real> gradient);
  /// Each function's f''(theta) v at step t (size() values each); all of them know their second derivatives.
  void hessian_vector_products(std::span<const Real> theta, std::uint64_t step, std::span<const Real> v,
                               std::span<Real> products);

 private:
  /// Runs body(i) for every function, in parallel where the functions are worth it.
  template <class Body>
  void for_each(const Body& body);

  std::vector<std::unique_ptr<Optimizee<Real>>> functions_;
  std::size_t dimension_;
};

/// Functions first, first + 1, ... of a role.
FunctionBatch<float> sample_batch(const OptimizeeFamily& family, Role role, std::uint64_t first,
                                  std::size_t count);

}  // namespace l2l
