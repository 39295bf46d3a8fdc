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

/// x clamped to [-limit, limit]; NaN stays NaN, which on x86 depends on the order of the operands.
HWY_INLINE V Clamp(V x, float limit) {
#if HWY_TARGET == HWY_SCALAR
  x = hn::IfThenElse(hn::Gt(x, Set(limit)), Set(limit), x);
  return hn::IfThenElse(hn::Lt(x, Set(-limit)), Set(-limit), x);
#else
  return hn::Max(Set(-limit), hn::Min(Set(limit), x));
#endif
}

/// Loops over the members of a register tile; always unrolled, or the tile would live in memory.
#if HWY_COMPILER_CLANG
#define L2L_UNROLL _Pragma("unroll")
#else
#define L2L_UNROLL _Pragma("GCC unroll 16")
#endif
#define L2L_EACH(m) L2L_UNROLL for (std::size_t m = 0; m < M; ++m)

// Functions of M vectors at once go through their steps in lockstep: each step has to wait for the one
// before, and the CPU does not look far enough ahead to find the other vectors' work by itself.

/// y = 2^x, x clamped to [-40, 40]; relative error 1.5e-7; exactly 1 at 0; NaN stays NaN.
template <std::size_t M>
HWY_INLINE void Exp2(const V (&x)[M], V (&y)[M]) {
  const V magic = Set(12582912.0f);  // 1.5 * 2^23: adding it rounds to the nearest integer
  V clamped[M], shifted[M], f[M];
  L2L_EACH(m) clamped[m] = Clamp(x[m], 40.0f);
  L2L_EACH(m) shifted[m] = hn::Add(clamped[m], magic);
  L2L_EACH(m) f[m] = hn::Sub(clamped[m], hn::Sub(shifted[m], magic));
  L2L_EACH(m) y[m] = Fma(Set(1.3264766460e-03f), f[m], Set(9.6715113454e-03f));
  L2L_EACH(m) y[m] = Fma(y[m], f[m], Set(5.5507335988e-02f));
  L2L_EACH(m) y[m] = Fma(y[m], f[m], Set(2.4022242113e-01f));
  L2L_EACH(m) y[m] = Fma(y[m], f[m], Set(6.9314697772e-01f));
  L2L_EACH(m) y[m] = Fma(y[m], f[m], Set(1.0f));
  L2L_EACH(m) {
    const auto exponent = hn::ShiftLeft<23>(hn::BitCast(kI, shifted[m]));
    y[m] = hn::BitCast(kF, hn::Add(hn::BitCast(kI, y[m]), exponent));
  }
}

/// ln x for normal, finite x > 0. Relative error 2e-7 away from 1, absolute 2e-7 near it.
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
  return Fma(hn::ConvertTo(kF, exponent), Set(0.693147182f), ln_m);
}

/// The same of two groups of vectors: twice the independent work for each step to wait on.
template <std::size_t M>
HWY_INLINE void Exp2(const V (&a)[M], const V (&b)[M], V (&exp_a)[M], V (&exp_b)[M]) {
  V x[2 * M], y[2 * M];
  L2L_EACH(m) {
    x[m] = a[m];
    x[M + m] = b[m];
  }
  Exp2(x, y);
  L2L_EACH(m) {
    exp_a[m] = y[m];
    exp_b[m] = y[M + m];
  }
}

/// M cells between the two halves of their step: what the gates are made from, and c.
template <std::size_t M>
struct Cells {
  V i[M], f[M], g[M], o[M];  ///< scaled pre-activations z (see LstmNet); after OpenCells() see there
  V c[M];
};

/// First half of a cell: c' = f c + i g, with one division for three activations. o becomes 1 + 2^z; i, f
/// and g become the activations with kKeepGates, and are spent without.
template <bool kKeepGates, std::size_t M>
HWY_INLINE void OpenCells(Cells<M>& a) {
  const V one = Set(1.0f);
  V i1[M], f1[M], g1[M], eg[M];  // 1 + 2^z
  Exp2(a.i, a.f, i1, f1);
  Exp2(a.g, a.o, eg, a.o);
  L2L_EACH(m) a.o[m] = hn::Add(one, a.o[m]);
  L2L_EACH(m) i1[m] = hn::Add(one, i1[m]);
  L2L_EACH(m) f1[m] = hn::Add(one, f1[m]);
  L2L_EACH(m) g1[m] = hn::Add(one, eg[m]);
  if constexpr (kKeepGates) {
    V fi[M], r[M];
    L2L_EACH(m) fi[m] = hn::Mul(f1[m], i1[m]);
    L2L_EACH(m) r[m] = hn::Div(one, hn::Mul(fi[m], g1[m]));
    L2L_EACH(m) {
      const V rg = hn::Mul(r[m], g1[m]);
      a.i[m] = hn::Mul(rg, f1[m]);
      a.f[m] = hn::Mul(rg, i1[m]);
      a.g[m] = hn::Mul(hn::Mul(r[m], fi[m]), hn::Sub(one, eg[m]));
      a.c[m] = Fma(a.f[m], a.c[m], hn::Mul(a.i[m], a.g[m]));
    }
  } else {
    V gi[M], r[M];
    L2L_EACH(m) gi[m] = hn::Mul(g1[m], i1[m]);
    L2L_EACH(m) r[m] = hn::Div(one, hn::Mul(gi[m], f1[m]));
    L2L_EACH(m)
    a.c[m] = hn::Mul(r[m], Fma(gi[m], a.c[m], hn::Mul(f1[m], hn::Sub(one, eg[m]))));
  }
}

/// Second half: h' = o tanh(c'), with one division for both. Without kKeepGates only h is computed.
/// @param o1  1 + 2^z of the output gate
template <bool kKeepGates, std::size_t M>
HWY_INLINE void CloseCells(const V (&o1)[M], const V (&c)[M], V (&o)[M], V (&tanh_c)[M], V (&h)[M]) {
  const V one = Set(1.0f);
  V z[M], ec[M], c1[M];
  L2L_EACH(m) z[m] = hn::Mul(c[m], Set(-2.88539008f));  // -2 log2(e)
  Exp2(z, ec);
  L2L_EACH(m) c1[m] = hn::Add(one, ec[m]);
  if constexpr (kKeepGates) {
    V s[M];
    L2L_EACH(m) s[m] = hn::Div(one, hn::Mul(o1[m], c1[m]));
    L2L_EACH(m) {
      o[m] = hn::Mul(s[m], c1[m]);
      tanh_c[m] = hn::Mul(hn::Mul(s[m], o1[m]), hn::Sub(one, ec[m]));
      h[m] = hn::Mul(o[m], tanh_c[m]);
    }
  } else {
    L2L_EACH(m) h[m] = hn::Div(hn::Sub(one, ec[m]), hn::Mul(o1[m], c1[m]));
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
