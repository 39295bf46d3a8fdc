// Updates that treat every coordinate alike, on the vector kernels: the equation of one coordinate stands in
// the file that needs it (see elementwise-inl.hpp), the loop over coordinates and threads is here.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <type_traits>

#include "optimizers/kernels/isa.hpp"

namespace l2l {

/// A loop over n coordinates: arrays that are read, arrays that are updated in place, constants.
template <class Real>
using ElementwiseLoop = void (*)(std::size_t n, const Real* const* inputs, Real* const* outputs,
                                 const Real* constants);

/// An update compiled for one instruction set, and how many arrays and constants it takes.
struct ElementwiseKernel {
  std::size_t inputs, outputs, constants;
  ElementwiseLoop<float> on_floats;
  ElementwiseLoop<double> on_doubles;
};
inline constexpr std::size_t kElementwiseMaxArrays = 8;  ///< inputs; likewise outputs

/// The kernel of the instruction set in use, of an update of the same file (L2L_UPDATE).
#define L2L_ELEMENTWISE(update) (choose_isa(), HWY_DYNAMIC_DISPATCH(update##Kernel)())

/// Applies the kernel to every coordinate, on several threads where there are many of them. Any size, any
/// alignment; all arrays have the same size, and none overlaps another. Denormals are flushed. The bits do
/// not depend on the instruction set or the number of threads.
template <class Real>
void elementwise(const ElementwiseKernel& kernel,
                 std::initializer_list<std::type_identity_t<std::span<const Real>>> inputs,
                 std::initializer_list<std::type_identity_t<std::span<Real>>> outputs,
                 std::initializer_list<std::type_identity_t<Real>> constants);

}  // namespace l2l
