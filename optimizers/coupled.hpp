// Architectures step by step, all coordinates together: LSTM+GAC, NTM-BFGS and NTM-L-BFGS, whose coordinates
// know of each other, and any where they meet in f'' on the way back.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "optimizers/learned_architecture.hpp"

namespace l2l {

/// Asked for t = K-1..0: writes dL/dg_t (N values), given what step t + 1 makes of its input: dL/d grad_{t+1}
/// through the optimizer (N values; zeros for t = K-1).
template <class Real>
using UpdateAdjoint =
    std::function<void(std::size_t t, std::span<const Real> input_adjoint, std::span<Real> update_adjoint)>;

/// It couples nothing if told so: then it is the LSTM.
template <class Real>
class CoupledArchitecture : public LearnedArchitecture<Real> {
 public:
  /// backward() with any dL/dg_t: with `update_adjoint` that knows f'' the dashed edges are kept.
  virtual void backward_through(const UpdateAdjoint<Real>& update_adjoint, std::span<double> dphi) = 0;

  // What golden vectors and tests look into besides the state.
  /// The controller's raw outputs of the last step, [coordinate][outputs()].
  virtual void copy_outputs(std::span<Real> outputs) const = 0;
  /// What the last step's reads gave, the next step's inputs, [coordinate][reads()].
  virtual void copy_reads(std::span<Real> reads) const = 0;
  /// M of one function as n x n, row-major, whatever its form.
  virtual void copy_memory(std::size_t function, std::span<Real> m) const = 0;
};

/// The equations, in double precision.
std::unique_ptr<CoupledArchitecture<double>> make_reference_architecture(const ArchitectureSpec& spec);

/// float: the vector kernels. double: the reference. Defined in architectures/controller.cpp.
template <class Real>
std::unique_ptr<CoupledArchitecture<Real>> make_coupled(const ArchitectureSpec& spec);

}  // namespace l2l
