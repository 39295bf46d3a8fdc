// Several learned architectures, each with a phi of its own over its own parameter groups, trained and
// run as one optimizer. With a single one over all coordinates nothing is copied.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "optimizers/coordinate_ranges.hpp"
#include "optimizers/coupled.hpp"
#include "optimizers/learned_architecture.hpp"
#include "optimizers/optimizer.hpp"

namespace l2l {

/// The coordinates (inside one function) that each phi owns; together all of [0, dimension).
struct PhiAssignment {
  std::size_t dimension = 0;
  std::vector<std::vector<CoordinateRange>> parts;

  /// One phi for everything.
  static PhiAssignment shared(std::size_t dimension) { return {dimension, {{{0, dimension}}}}; }
};

/// phi is the concatenation of the parts' phis, each of phi_size(spec) values. What couples coordinates stays
/// inside a part: averages are over the coordinates that its phi owns within one function, and each part has
/// a memory of its own over them for every function.
template <class Real>
class LearnedOptimizer final : public Optimizer<Real> {
 public:
  /// @param edges  kept: a single phi, and backward_through() is there
  LearnedOptimizer(const ArchitectureSpec& spec, PhiAssignment assignment,
                   DashedEdges edges = DashedEdges::dropped);

  std::size_t phi_count() const { return parts_.size() * phi_size(spec_); }
  void set_phi(std::span<const Real> phi);

  /// n = dimension times a whole number of functions laid end to end; zero state.
  void start(std::size_t n) override;
  void step(std::span<const Real> gradient, std::span<Real> theta) override;

  /// Meta-training: see LearnedArchitecture. step() between begin_unroll() and backward() is recorded.
  void begin_unroll(std::size_t steps);
  void backward(std::span<const Real> final_gradient, std::span<const Real> weights, Real scale,
                std::span<double> dphi);
  /// As CoupledArchitecture::backward_through, where the dashed edges are kept.
  void backward_through(const UpdateAdjoint<Real>& update_adjoint, std::span<double> dphi);

 private:
  struct Part {
    std::unique_ptr<LearnedArchitecture<Real>> architecture;
    CoordinateRanges owned;
    std::vector<Real> gradient, update;
  };

  ArchitectureSpec spec_;
  PhiAssignment assignment_;
  std::vector<Part> parts_;
  CoupledArchitecture<Real>* coupled_ = nullptr;  // the one part's, where the dashed edges are kept
  std::vector<Real> update_;
  bool recording_ = false;
};

}  // namespace l2l
