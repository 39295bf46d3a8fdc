// An optimizer m: it sees gradients, never the function they come from.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace l2l {

/// A parameter that is a matrix, (rows, columns) row-major, and where it lies in theta.
struct MatrixRange {
  std::size_t begin = 0;
  std::size_t rows = 0, columns = 0;

  std::size_t size() const { return rows * columns; }
};

/// theta_{t+1} = theta_t + g_t, where g_t depends on the gradients seen so far.
/// @tparam Real float in the harness, double in the tests
template <class Real>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Where theta of one function has matrices, in ascending order. Told before start() and start_batch(), to
  /// optimizers that treat a matrix as one (Muon); of no meaning to all others.
  virtual void set_matrices(std::span<const MatrixRange> /*matrices*/) {}
  /// Forgets everything and prepares for n coordinates.
  virtual void start(std::size_t n) = 0;
  /// The same for `functions` functions of n coordinates each, laid end to end: for optimizers whose
  /// coordinates know of each other.
  virtual void start_batch(std::size_t functions, std::size_t n) { start(functions * n); }
  /// True where the gradient is wanted at a point other than theta_t (Nesterov's look-ahead).
  virtual bool looks_ahead() const { return false; }
  /// Writes the point at which the next gradient is wanted (only called where looks_ahead()).
  virtual void gradient_point(std::span<const Real> /*theta*/, std::span<Real> /*point*/) const {}
  /// theta_t -> theta_{t+1}, given the gradient at the gradient point.
  virtual void step(std::span<const Real> gradient, std::span<Real> theta) = 0;

  /// Of hand-designed rules: the steps to come have this times the rule's rate. 1 until it is set.
  void set_rate_factor(double factor) { rate_factor_ = factor; }

 protected:
  /// What a rule takes as its rate, given its own: exactly that where the factor is 1.
  template <class Number>
  Number rate(Number own) const {
    return static_cast<Number>(rate_factor_) * own;
  }

 private:
  double rate_factor_ = 1;
};

}  // namespace l2l
