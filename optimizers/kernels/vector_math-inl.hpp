// Vector primitives of the kernels, compiled once for every instruction set: fused multiply-add, powers
// of two, logarithm, the LSTM cell. No function depends on the width of a vector: the same bits everywhere.
// clang-format off
#if defined(L2L_VECTOR_MATH_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef L2L_VECTOR_MATH_INL_HPP
#undef L2L_VECTOR_MATH_INL_HPP
#else
#define L2L_VECTOR_MATH_INL_HPP
#endif
// clang-format on

#include <math.h>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 16 lanes: the blocks are cut for that.
using F = hn::CappedTag<float, 16>;
using I = hn::RebindToSigned<F>;
using V = hn::Vec<F>;
constexpr F kF;
constexpr I kI;
constexpr std::size_t kLanes = hn::MaxLanes(F());

HWY_INLINE V Set(float x) {
  return hn::Set(kF, x);
}

/// a * b + c, rounded once on every machine: emulated lane by lane where the CPU has no such instruction.
HWY_INLINE V Fma(V a, V b, V c) {
#if HWY_NATIVE_FMA
  return hn::MulAdd(a, b, c);
#else
  HWY_ALIGN float x[kLanes], y[kLanes], z[kLanes];
  hn::Store(a, kF, x);
  hn::Store(b, kF, y);
  hn::Store(c, kF, z);
  for (std::size_t i = 0; i < kLanes; ++i) z[i] = __builtin_fmaf(x[i], y[i], z[i]);
  return hn::Load(kF, z);
#endif
}

/// One representative of NaN: its low bits are zero, which Exp2 relies on.
HWY_INLINE V CanonicalNan() {
  return hn::BitCast(kF, hn::Set(kI, 0x7fc00000));
}

/// 2^x, x clamped to [-40, 40]; relative error 1.5e-7; exactly 1 at 0; NaN stays NaN (the operands of Min
/// and Max are in the order that keeps it).
HWY_INLINE V Exp2(V x) {
  x = hn::Max(Set(-40.0f), hn::Min(Set(40.0f), x));
  const V magic = Set(12582912.0f);  // 1.5 * 2^23: adding it rounds to the nearest integer
  const V shifted = hn::Add(x, magic);
  const V f = hn::Sub(x, hn::Sub(shifted, magic));
  V p = Fma(Set(1.3264766460e-03f), f, Set(9.6715113454e-03f));
  p = Fma(p, f, Set(5.5507335988e-02f));
  p = Fma(p, f, Set(2.4022242113e-01f));
  p = Fma(p, f, Set(6.9314697772e-01f));
  p = Fma(p, f, Set(1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(kI, shifted));
  return hn::BitCast(kF, hn::Add(hn::BitCast(kI, p), exponent));
}

/// ln x for normal x > 0; ln inf = inf. Relative error 2e-7 away from 1, absolute 2e-7 near it.
HWY_INLINE V Log(V x) {
  const auto bits = hn::BitCast(kI, x);
  const auto exponent = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(kI, 0x3f3504f3)));  // of sqrt(1/2)
  const V m = hn::Sub(hn::BitCast(kF, hn::Sub(bits, hn::ShiftLeft<23>(exponent))), Set(1.0f));
  V q = Fma(Set(8.7342869797e-02f), m, Set(-1.4441609033e-01f));
  q = Fma(q, m, Set(1.4978899643e-01f));
  q = Fma(q, m, Set(-1.6552358601e-01f));
  q = Fma(q, m, Set(1.9953659791e-01f));
  q = Fma(q, m, Set(-2.5002490761e-01f));
  q = Fma(q, m, Set(3.3334223900e-01f));
  q = Fma(q, m, Set(-4.9999981985e-01f));
  const V ln_m = Fma(hn::Mul(m, m), q, m);
  const V ln = Fma(hn::ConvertTo(kF, exponent), Set(0.693147182f), ln_m);
  const V infinity = hn::BitCast(kF, hn::Set(kI, 0x7f800000));
  return hn::IfThenElse(hn::Eq(x, infinity), infinity, ln);
}

/// The activations of one cell.
struct Cell {
  V i, f, g, o, c, tanh_c, h;
};

/// c' = f c + i g, h' = o tanh(c') from the scaled pre-activations (see LstmNet). i, f and g share one
/// division, o and tanh(c') another.
HWY_INLINE Cell CellForward(V zi, V zf, V zg, V zo, V c) {
  const V one = Set(1.0f);
  Cell cell;
  const V ei = hn::Add(one, Exp2(zi)), ef = hn::Add(one, Exp2(zf));
  const V eg = Exp2(zg), eg1 = hn::Add(one, eg);
  const V eif = hn::Mul(ei, ef);
  const V r = hn::Div(one, hn::Mul(eif, eg1));
  const V rg = hn::Mul(r, eg1);
  cell.i = hn::Mul(rg, ef);
  cell.f = hn::Mul(rg, ei);
  cell.g = hn::Mul(hn::Mul(r, eif), hn::Sub(one, eg));
  cell.c = Fma(cell.f, c, hn::Mul(cell.i, cell.g));
  const V ec = Exp2(hn::Mul(cell.c, Set(-2.88539008f)));  // -2 log2(e)
  const V eo = hn::Add(one, Exp2(zo)), ec1 = hn::Add(one, ec);
  const V s = hn::Div(one, hn::Mul(eo, ec1));
  cell.o = hn::Mul(s, ec1);
  cell.tanh_c = hn::Mul(hn::Mul(s, eo), hn::Sub(one, ec));
  cell.h = hn::Mul(cell.o, cell.tanh_c);
  return cell;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
