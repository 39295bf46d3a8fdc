// The equation of one coordinate, applied to vectors of them; compiled once for every instruction set. A file
// that has one includes this first, names itself before, and keeps the rest for the last time it is read:
//
//   #define HWY_TARGET_INCLUDE "optimizers/hand_designed/sgd.cpp"
//   #include "optimizers/kernels/elementwise-inl.hpp"
//
//   L2L_UPDATE(SgdUpdate, (V g, V& theta, V learning_rate), { theta = theta - learning_rate * g; });
//
//   #if HWY_ONCE
//   ... elementwise<Real>(L2L_ELEMENTWISE(SgdUpdate), {gradient}, {theta}, {learning_rate}) ...
//   #endif
//
// V is a vector of floats or of doubles. Parameters, in this order: arrays that are read (V), arrays that are
// updated (V&), constants (V). The operators + - * / and hn::Sqrt round like those of float and double, and
// nothing is fused: the bits are those of a plain loop.
#include "core/each_target.hpp"
// clang-format off
#if defined(L2L_ELEMENTWISE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef L2L_ELEMENTWISE_INL_HPP
#undef L2L_ELEMENTWISE_INL_HPP
#else
#define L2L_ELEMENTWISE_INL_HPP
#endif
// clang-format on

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "hwy/highway.h"
#include "optimizers/kernels/elementwise.hpp"

/// An update of one coordinate, in no namespace: its name, parameters and body.
#define L2L_UPDATE(name, parameters, ...)                   \
  HWY_BEFORE_NAMESPACE();                                   \
  namespace l2l {                                           \
  namespace HWY_NAMESPACE {                                 \
  struct name {                                             \
    template <class V>                                      \
    HWY_INLINE void operator() parameters const __VA_ARGS__ \
  };                                                        \
  ElementwiseKernel name##Kernel() {                        \
    return Elementwise<name>();                             \
  }                                                         \
  }                                                         \
  }                                                         \
  HWY_AFTER_NAMESPACE();                                    \
  namespace l2l {                                           \
  L2L_EXPORT_ONCE(name##Kernel)                             \
  }                                                         \
  static_assert(std::string_view(__FILE__).ends_with(HWY_TARGET_INCLUDE), "name the file itself")
#undef L2L_EXPORT_ONCE
#if HWY_ONCE
#define L2L_EXPORT_ONCE(kernel) HWY_EXPORT(kernel);
#else
#define L2L_EXPORT_ONCE(kernel)
#endif

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// numerator / denominator, 0/0 taken as 0: a coordinate whose gradients were all zero does not move,
/// whatever epsilon is.
template <class V>
HWY_INLINE V Quotient(V numerator, V denominator) {
  const V zero = hn::Zero(hn::DFromV<V>());
  return hn::IfThenZeroElse(hn::And(numerator == zero, denominator == zero), numerator / denominator);
}

/// How many arrays and constants the call operator of an update takes.
template <class>
struct ElementwiseSignature;
template <class Update, class... P>
struct ElementwiseSignature<void (Update::*)(P...) const> {
  static constexpr std::size_t count_inputs() {
    std::size_t count = 0;
    for (const bool is_output : {std::is_reference_v<P>...}) {
      if (is_output) break;
      ++count;
    }
    return count;
  }
  static constexpr std::size_t kInputs = count_inputs();
  static constexpr std::size_t kOutputs = (std::size_t{std::is_reference_v<P>} + ...);
  static constexpr std::size_t kConstants = sizeof...(P) - kInputs - kOutputs;
};

template <class Update, class Real>
struct ElementwiseOn {
  using D = hn::CappedTag<Real, 64 / sizeof(Real)>;
  using V = hn::Vec<D>;
  using Signature = ElementwiseSignature<decltype(&Update::template operator()<V>)>;
  static constexpr std::size_t kLanes = hn::MaxLanes(D());

  /// One vector of coordinates, starting at `i`.
  template <std::size_t... I, std::size_t... O, std::size_t... C>
  static HWY_INLINE void At(std::size_t i, const Real* const* inputs, Real* const* outputs,
                            const V* constants, std::index_sequence<I...>, std::index_sequence<O...>,
                            std::index_sequence<C...>) {
    const D d;
    V out[] = {hn::LoadU(d, outputs[O] + i)...};
    Update()(hn::LoadU(d, inputs[I] + i)..., out[O]..., constants[C]...);
    (hn::StoreU(out[O], d, outputs[O] + i), ...);
  }

  static void Loop(std::size_t n, const Real* const* inputs, Real* const* outputs, const Real* constants) {
    const D d;
    constexpr std::size_t kI = Signature::kInputs, kO = Signature::kOutputs, kC = Signature::kConstants;
    constexpr std::make_index_sequence<kI> is;
    constexpr std::make_index_sequence<kO> os;
    constexpr std::make_index_sequence<kC> cs;
    // Copies: the compiler cannot know that no store of the loop changes what it was handed.
    V c[kC + 1];
    const Real* in[kI + 1];
    Real* out[kO];
    for (std::size_t k = 0; k < kC; ++k) c[k] = hn::Set(d, constants[k]);
    for (std::size_t k = 0; k < kI; ++k) in[k] = inputs[k];
    for (std::size_t k = 0; k < kO; ++k) out[k] = outputs[k];
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes) At(i, in, out, c, is, os, cs);
    if (i == n) return;

    // The rest, in copies as long as a vector.
    Real padded_in[kI + 1][kLanes] = {}, padded_out[kO][kLanes] = {};
    const Real* rest_in[kI + 1];
    Real* rest_out[kO];
    for (std::size_t k = 0; k < kI; ++k) {
      for (std::size_t lane = 0; lane < n - i; ++lane) padded_in[k][lane] = in[k][i + lane];
      rest_in[k] = padded_in[k];
    }
    for (std::size_t k = 0; k < kO; ++k) {
      for (std::size_t lane = 0; lane < n - i; ++lane) padded_out[k][lane] = out[k][i + lane];
      rest_out[k] = padded_out[k];
    }
    At(0, rest_in, rest_out, c, is, os, cs);
    for (std::size_t k = 0; k < kO; ++k)
      for (std::size_t lane = 0; lane < n - i; ++lane) out[k][i + lane] = padded_out[k][lane];
  }
};

/// The loops of an update.
template <class Update>
ElementwiseKernel Elementwise() {
  using Signature = typename ElementwiseOn<Update, float>::Signature;
  static_assert(Signature::kInputs <= kElementwiseMaxArrays && Signature::kOutputs <= kElementwiseMaxArrays);
  return {Signature::kInputs, Signature::kOutputs, Signature::kConstants, &ElementwiseOn<Update, float>::Loop,
          &ElementwiseOn<Update, double>::Loop};
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
