// The loop of a scan and the references in double precision, compiled once for every instruction set.
// clang-format off
#if defined(L2L_SCAN_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef L2L_SCAN_INL_HPP
#undef L2L_SCAN_INL_HPP
#else
#define L2L_SCAN_INL_HPP
#endif
// clang-format on

#include "optimizers/kernels/vector_math-inl.hpp"
#include "tests/exhaustive/scan.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

using D = hn::CappedTag<double, 8>;
using DI = hn::RebindToSigned<D>;
using VD = hn::Vec<D>;
constexpr D kD;
constexpr DI kDI;
constexpr hn::Rebind<float, D> kFOfD;
constexpr std::size_t kDLanes = hn::MaxLanes(D());
constexpr std::size_t kGroup = 16;  // inputs that are looked at together

HWY_INLINE VD SetD(double x) {
  return hn::Set(kD, x);
}
HWY_INLINE VD ClampD(VD x, double low, double high) {
  x = hn::IfThenElse(hn::Lt(x, SetD(low)), SetD(low), x);
  return hn::IfThenElse(hn::Gt(x, SetD(high)), SetD(high), x);
}

/// e^x for |x| < 700, to 1e-14 or better; NaN gives anything.
HWY_INLINE VD ExpD(VD x) {
  const VD magic = SetD(6755399441055744.0);  // 1.5 * 2^52: adding it rounds to the nearest integer
  const VD shifted = hn::Add(hn::Mul(x, SetD(1.4426950408889634)), magic);
  const VD n = hn::Sub(shifted, magic);
  const VD r =
      hn::Sub(hn::Sub(x, hn::Mul(n, SetD(0.6931471803691238))), hn::Mul(n, SetD(1.9082149292705877e-10)));
  VD p = SetD(1.0 / 479001600);
  for (const double c : {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                         1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0})
    p = hn::Add(hn::Mul(p, r), SetD(c));
  return hn::BitCast(kD, hn::Add(hn::BitCast(kDI, p), hn::ShiftLeft<52>(hn::BitCast(kDI, shifted))));
}

/// ln x for normal x > 0, to 1e-15 absolute and relative.
HWY_INLINE VD LogD(VD x) {
  const auto bits = hn::BitCast(kDI, x);
  const auto exponent =
      hn::ShiftRight<52>(hn::Sub(bits, hn::Set(kDI, 0x3fe6a09e667f3bcdLL)));  // of sqrt(1/2)
  const VD m = hn::BitCast(kD, hn::Sub(bits, hn::ShiftLeft<52>(exponent)));
  const VD e = hn::Sub(hn::BitCast(kD, hn::Add(exponent, hn::Set(kDI, 0x4338000000000000LL))),
                       SetD(6755399441055744.0));
  const VD s = hn::Div(hn::Sub(m, SetD(1)), hn::Add(m, SetD(1))), s2 = hn::Mul(s, s);
  VD p = SetD(2.0 / 21);
  for (const double c :
       {2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2.0})
    p = hn::Add(hn::Mul(p, s2), SetD(c));
  return hn::Add(hn::Mul(e, SetD(0.6931471805599453)), hn::Mul(p, s));
}

/// 2^x, with x clamped to [-40, 40]; error relative to the result. NaN counts where its low bits are zero
/// (see CanonicalNan).
struct Exp2Primitive {
  static constexpr std::size_t kRows = 1;
  static HWY_INLINE void Eval(const float* x, float* y) {
    for (std::size_t k = 0; k < kGroup; k += kLanes) {
      V in[1] = {hn::Load(kF, x + k)}, out[1];
      Exp2(in, out);
      hn::Store(out[0], kF, y + k);
    }
  }
  static HWY_INLINE auto InDomain(V x) {
    const auto low_bits = hn::And(hn::BitCast(kI, x), hn::Set(kI, 0x1ff));
    return hn::Or(hn::Not(hn::IsNaN(x)), hn::RebindMask(kF, hn::Eq(low_bits, hn::Zero(kI))));
  }
  static HWY_INLINE void Reference(VD x, VD* exact, VD* per_unit) {
    const VD magnitude = hn::Abs(x), ln2 = SetD(0.6931471805599453);
    if (hn::AllTrue(kD, hn::Lt(magnitude, SetD(0x1p-27)))) {  // the rest of the series is below 1e-16
      exact[0] = hn::Add(SetD(1), hn::Mul(x, ln2));
      per_unit[0] = SetD(1);
    } else if (hn::AllTrue(kD, hn::Ge(magnitude, SetD(40)))) {
      const auto positive = hn::Gt(x, hn::Zero(kD));
      exact[0] = hn::IfThenElse(positive, SetD(0x1p40), SetD(0x1p-40));
      per_unit[0] = hn::IfThenElse(positive, SetD(0x1p-40), SetD(0x1p40));
    } else {
      exact[0] = ExpD(hn::Mul(ClampD(x, -40, 40), ln2));
      per_unit[0] = hn::Div(SetD(1), exact[0]);
    }
  }
};

/// ln x of positive normal numbers; error absolute where |ln x| < 1, relative elsewhere.
struct LogPrimitive {
  static constexpr std::size_t kRows = 1;
  static HWY_INLINE void Eval(const float* x, float* y) {
    for (std::size_t k = 0; k < kGroup; k += kLanes) hn::Store(Log(hn::Load(kF, x + k)), kF, y + k);
  }
  static HWY_INLINE auto InDomain(V x) {
    return hn::And(hn::Ge(x, Set(0x1p-126f)), hn::Le(x, Set(0x1.fffffep127f)));
  }
  static HWY_INLINE void Reference(VD x, VD* exact, VD* per_unit) {
    exact[0] = LogD(ClampD(x, 0x1p-126, 0x1p128));
    per_unit[0] = hn::Div(SetD(1), hn::Max(SetD(1), hn::Abs(exact[0])));
  }
};

/// One LSTM cell with c = 0 and all pre-activations x: sigma, tanh, c', tanh c', h', then c' and h' as the
/// kernels compute them without keeping the gates. Errors absolute; NaN as in Exp2Primitive.
struct CellPrimitive {
  static constexpr std::size_t kRows = 7;
  static HWY_INLINE void Eval(const float* x, float* y) {
    for (std::size_t k = 0; k < kGroup; k += kLanes) {
      const V z = hn::Mul(hn::Load(kF, x + k), Set(-1.44269504f)), zero = hn::Zero(kF);
      const Cells<1> start = {{z}, {z}, {hn::Add(z, z)}, {z}, {zero}};
      Cells<1> a = start, b = start;
      V o[1], tanh_c[1], h[1], unused[1], h_only[1];
      OpenCells<true>(a);
      CloseCells<true>(a.o, a.c, o, tanh_c, h);
      OpenCells<false>(b);
      CloseCells<false>(b.o, b.c, unused, unused, h_only);
      const V rows[] = {a.i[0], a.g[0], a.c[0], tanh_c[0], h[0], b.c[0], h_only[0]};
      for (std::size_t r = 0; r < kRows; ++r) hn::Store(rows[r], kF, y + r * kGroup + k);
    }
  }
  static HWY_INLINE auto InDomain(V x) { return Exp2Primitive::InDomain(x); }
  static HWY_INLINE VD Tanh(VD x) {
    const VD e = ExpD(hn::Mul(SetD(-2), x));
    return hn::Div(hn::Sub(SetD(1), e), hn::Add(SetD(1), e));
  }
  static HWY_INLINE void Reference(VD x, VD* exact, VD* per_unit) {
    const VD magnitude = hn::Abs(x);
    for (std::size_t r = 0; r < kRows; ++r) per_unit[r] = SetD(1);
    if (hn::AllTrue(kD, hn::Lt(magnitude, SetD(0x1p-27)))) {  // the rest of the series is below 1e-16
      exact[0] = hn::Add(SetD(0.5), hn::Mul(SetD(0.25), x));
      exact[1] = x;
      exact[2] = exact[3] = hn::Mul(SetD(0.5), x);
      exact[4] = hn::Mul(SetD(0.25), x);
    } else if (hn::AllTrue(kD, hn::Gt(magnitude, SetD(50)))) {
      const auto positive = hn::Gt(x, hn::Zero(kD));
      exact[0] = hn::IfThenElseZero(positive, SetD(1));
      exact[1] = hn::IfThenElse(positive, SetD(1), SetD(-1));
      exact[2] = exact[0];
      exact[3] = exact[4] = hn::IfThenElseZero(positive, SetD(0.7615941559557649));
    } else {
      x = ClampD(x, -60, 60);
      exact[0] = hn::Div(SetD(1), hn::Add(SetD(1), ExpD(hn::Neg(x))));
      exact[1] = Tanh(x);
      exact[2] = hn::Mul(exact[0], exact[1]);
      exact[3] = Tanh(exact[2]);
      exact[4] = hn::Mul(exact[0], exact[3]);
    }
    exact[5] = exact[2];
    exact[6] = exact[4];
  }
};

/// exponential() and sigmoid() of optimizees/elementwise.hpp. Errors: of e^x, x clamped to [-87.33, 88.02],
/// in units of its last place; of sigma absolute.
struct ExponentialPrimitive {
  static constexpr double kLow = -87.33000183105469, kHigh = 88.0199966430664;  // floats
  static constexpr double kSmallest = 1.1832107320330688e-38,
                          kLargest = 1.6849958641529374e+38;  // e to the power of them
  static constexpr std::size_t kRows = 2;
  static HWY_INLINE void Eval(const float*, float*) {}  // given
  static HWY_INLINE auto InDomain(V x) { return hn::Or(hn::Not(hn::IsNaN(x)), hn::IsNaN(x)); }
  static HWY_INLINE void Reference(VD x, VD* exact, VD* per_unit) {
    const VD magnitude = hn::Abs(x);
    if (hn::AllTrue(kD, hn::Lt(magnitude, SetD(0x1p-27)))) {
      exact[0] = hn::Add(SetD(1), x);
      exact[1] = hn::Add(SetD(0.5), hn::Mul(SetD(0.25), x));
    } else if (hn::AllTrue(kD, hn::Gt(magnitude, SetD(89)))) {
      const auto positive = hn::Gt(x, hn::Zero(kD));
      exact[0] = hn::IfThenElse(positive, SetD(kLargest), SetD(kSmallest));
      exact[1] = hn::IfThenElse(positive, SetD(1), SetD(0));
    } else {
      exact[0] = ExpD(ClampD(x, kLow, kHigh));
      // Clamped where sigma is 0 or 1 anyway: a sparse sample has the largest floats and NaN in one vector.
      exact[1] = hn::Div(SetD(1), hn::Add(SetD(1), ExpD(hn::Neg(ClampD(x, -100, 100)))));
    }
    const auto exponent = hn::And(hn::BitCast(kDI, exact[0]), hn::Set(kDI, 0x7ff0000000000000LL));
    const VD inverse = hn::BitCast(kD, hn::Sub(hn::Set(kDI, 0x7fe0000000000000LL), exponent));
    per_unit[0] = hn::Mul(inverse, SetD(0x1p23));
    per_unit[1] = SetD(1);
  }
};

template <class Primitive>
testing::ScanResult RunScan(const testing::Scan& scan) {
  constexpr std::size_t R = Primitive::kRows;
  static_assert(R <= testing::kScanMaxRows);
  HWY_ALIGN float x[kGroup], y[R * kGroup], numbers[kGroup];
  testing::ScanResult result;
  VD worst[R];
  for (VD& w : worst) w = hn::Zero(kD);
  auto checksum = hn::Zero(kI);
  for (std::size_t at = 0; at < scan.count; at += kGroup) {
    for (std::size_t k = 0; k < kGroup; k += kLanes) {
      const auto index = hn::Iota(kI, static_cast<std::int32_t>(k));
      const auto first =
          hn::Set(kI, static_cast<std::int32_t>(scan.first + static_cast<std::uint32_t>(at) * scan.stride));
      const auto bits = hn::Add(first, hn::Mul(index, hn::Set(kI, static_cast<std::int32_t>(scan.stride))));
      hn::Store(hn::BitCast(kF, bits), kF, x + k);
    }
    const float* values = y;
    std::size_t row_stride = kGroup;
    if (scan.given != nullptr) {
      values = scan.given + at;
      row_stride = scan.count;
    } else {
      Primitive::Eval(x, y);
    }
    for (std::size_t k = 0; k < kGroup; k += kLanes) {
      const V in = hn::Load(kF, x + k);
      const auto domain = Primitive::InDomain(in);
      const auto is_nan = hn::IsNaN(in);
      hn::Store(hn::IfThenElseZero(hn::AndNot(is_nan, domain), Set(1)), kF, numbers + k);
      result.inputs += hn::CountTrue(kF, domain);
      for (std::size_t r = 0; r < R; ++r) {
        const V out = hn::LoadU(kF, values + r * row_stride + k);
        const auto out_nan = hn::IsNaN(out);
        result.wrong += hn::CountTrue(kF, hn::And(domain, hn::Xor(is_nan, out_nan)));
        const auto counted = hn::AndNot(out_nan, domain);
        checksum = hn::Add(checksum, hn::BitCast(kI, hn::IfThenElseZero(counted, out)));
      }
    }
    if (!scan.with_reference) continue;
    for (std::size_t k = 0; k < kGroup; k += kDLanes) {
      VD exact[R], per_unit[R];
      const VD in = hn::PromoteTo(kD, hn::Load(kFOfD, x + k));
      Primitive::Reference(in, exact, per_unit);
      const auto counted = hn::Gt(hn::PromoteTo(kD, hn::Load(kFOfD, numbers + k)), hn::Zero(kD));
      for (std::size_t r = 0; r < R; ++r) {
        const VD out = hn::PromoteTo(kD, hn::LoadU(kFOfD, values + r * row_stride + k));
        const VD error = hn::IfThenElseZero(counted, hn::Mul(hn::Abs(hn::Sub(out, exact[r])), per_unit[r]));
        worst[r] = hn::IfThenElse(hn::Gt(error, worst[r]), error, worst[r]);
      }
    }
  }
  HWY_ALIGN double errors[kDLanes];
  for (std::size_t r = 0; r < R; ++r) {
    hn::Store(worst[r], kD, errors);
    for (const double error : errors) result.worst[r] = error > result.worst[r] ? error : result.worst[r];
  }
  HWY_ALIGN std::int32_t sums[kLanes];
  hn::Store(checksum, kI, sums);
  for (const std::int32_t sum : sums) result.checksum += static_cast<std::uint32_t>(sum);
  return result;
}

testing::ScanResult ScanExp2(const testing::Scan& scan) {
  return RunScan<Exp2Primitive>(scan);
}
testing::ScanResult ScanLog(const testing::Scan& scan) {
  return RunScan<LogPrimitive>(scan);
}
testing::ScanResult ScanCell(const testing::Scan& scan) {
  return RunScan<CellPrimitive>(scan);
}
testing::ScanResult ScanExponential(const testing::Scan& scan) {
  return RunScan<ExponentialPrimitive>(scan);
}

/// The references themselves, for 16 values: e^x, ln |x|.
void References(const double* x, double* exponentials, double* logarithms) {
  for (std::size_t k = 0; k < kGroup; k += kDLanes) {
    const VD in = hn::LoadU(kD, x + k);
    hn::StoreU(ExpD(in), kD, exponentials + k);
    hn::StoreU(LogD(hn::Abs(in)), kD, logarithms + k);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
