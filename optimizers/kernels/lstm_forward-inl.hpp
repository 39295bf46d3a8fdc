// Forward step of a block of coordinates, compiled once for every instruction set.
// clang-format off
#if defined(L2L_LSTM_FORWARD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef L2L_LSTM_FORWARD_INL_HPP
#undef L2L_LSTM_FORWARD_INL_HPP
#else
#define L2L_LSTM_FORWARD_INL_HPP
#endif
// clang-format on

#include "optimizers/kernels/lstm_kernels.hpp"
#include "optimizers/kernels/vector_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

constexpr std::size_t kB = kLstmBlock;
// Register tiles of the matrix products: groups of four rows by kTile vectors.
constexpr std::size_t kTile = kLanes >= 8 ? 3 : kLanes == 4 ? 2 : 1;
constexpr std::size_t kTileLanes = kTile * kLanes;
static_assert(kB % kTileLanes == 0);

/// What a layer reads and writes, all [row][kB]; gates: [unit][i, f, g, o, tanh c][kB] or null.
struct LayerStep {
  const float* x;
  const float* h;
  const float* c;
  float* h_next;
  float* c_next;
  float* gates;
};

/// Asks for memory that is written some hundred cycles later: the history of an unroll does not fit L1.
HWY_INLINE void PrefetchRows(const float* rows, std::size_t count) {
  constexpr std::size_t kCacheLine = 16;
  for (std::size_t k = 0; k < count * kB; k += kCacheLine) __builtin_prefetch(rows + k, 1);
}

/// A tile of one unit after the first half of its step.
struct OpenUnit {
  V o1[kTile], c[kTile];  ///< see CloseCells()
};

template <bool kKeepGates>
HWY_INLINE OpenUnit ForwardUnit(const LstmNet& net, std::size_t layer, std::size_t unit, std::size_t lane,
                                const LayerStep& s) {
  constexpr std::size_t M = kTile;
  const std::size_t inputs = net.layer_inputs(layer), columns = inputs + net.hidden;
  const float* HWY_RESTRICT w = net.forward[layer] + unit * (1 + columns) * 4;
  if constexpr (kKeepGates) {
    PrefetchRows(s.gates + unit * 5 * kB, 5);
    PrefetchRows(s.c_next + unit * kB, 1);
    PrefetchRows(s.h_next + unit * kB, 1);
  }
  V z[4][M];
  L2L_UNROLL
  for (std::size_t r = 0; r < 4; ++r) {
    L2L_EACH(m) z[r][m] = Set(w[r]);
  }
  // One loop over x and h: between two, AVX2 has to put sums away for want of registers.
  const float* row = s.x + lane;
  for (std::size_t k = 0; k < columns; ++k, row += kB) {
    w += 4;
    row = k == inputs ? s.h + lane : row;
    V values[M];
    L2L_EACH(m) values[m] = hn::Load(kF, row + m * kLanes);
    L2L_UNROLL
    for (std::size_t r = 0; r < 4; ++r) {
      const V weight = Set(w[r]);
      L2L_EACH(m) z[r][m] = Fma(weight, values[m], z[r][m]);
    }
  }
  const std::size_t at = unit * kB + lane;
  Cells<M> a;
  L2L_EACH(m) {
    a.i[m] = z[0][m];
    a.f[m] = z[1][m];
    a.g[m] = z[2][m];
    a.o[m] = z[3][m];
    a.c[m] = hn::Load(kF, s.c + at + m * kLanes);
  }
  OpenCells<kKeepGates>(a);
  OpenUnit open;
  L2L_EACH(m) {
    open.o1[m] = a.o[m];
    open.c[m] = a.c[m];
    hn::Store(a.c[m], kF, s.c_next + at + m * kLanes);
    if constexpr (kKeepGates) {
      float* gates = s.gates + unit * 5 * kB + lane + m * kLanes;
      hn::Store(a.i[m], kF, gates);
      hn::Store(a.f[m], kF, gates + kB);
      hn::Store(a.g[m], kF, gates + 2 * kB);
    }
  }
  return open;
}

template <bool kKeepGates>
HWY_INLINE void CloseUnit(const OpenUnit& open, std::size_t unit, std::size_t lane, const LayerStep& s) {
  constexpr std::size_t M = kTile;
  V o[M], tanh_c[M], h[M];
  CloseCells<kKeepGates>(open.o1, open.c, o, tanh_c, h);
  L2L_EACH(m) {
    hn::Store(h[m], kF, s.h_next + unit * kB + lane + m * kLanes);
    if constexpr (kKeepGates) {
      float* gates = s.gates + unit * 5 * kB + lane + m * kLanes;
      hn::Store(o[m], kF, gates + 3 * kB);
      hn::Store(tanh_c[m], kF, gates + 4 * kB);
    }
  }
}

/// A unit is closed only after the next one was opened, so that its chain of dependent operations overlaps
/// with another one's.
template <bool kKeepGates>
HWY_NOINLINE void ForwardLayer(const LstmNet& net, std::size_t layer, const LayerStep& s) {
  for (std::size_t lane = 0; lane < kB; lane += kTileLanes) {
    OpenUnit open = ForwardUnit<kKeepGates>(net, layer, 0, lane, s);
    for (std::size_t unit = 1; unit < net.hidden; ++unit) {
      const OpenUnit next = ForwardUnit<kKeepGates>(net, layer, unit, lane, s);
      CloseUnit<kKeepGates>(open, unit - 1, lane, s);
      open = next;
    }
    CloseUnit<kKeepGates>(open, net.hidden - 1, lane, s);
  }
}

/// The network's inputs for a block of gradients (paper appendix A): input is [net.inputs][kB].
HWY_NOINLINE void Preprocess(const LstmNet& net, const float* gradient, float* input) {
  for (std::size_t lane = 0; lane < kB; lane += kLanes) {
    V g = hn::LoadU(kF, gradient + lane);
    const V largest = hn::BitCast(kF, hn::Set(kI, 0x7f7fffff));
    g = hn::IfThenElse(hn::Le(hn::Abs(g), largest), g, CanonicalNan());  // infinite: NaN as well
    if (!net.log_and_sign) {
      hn::Store(g, kF, input + lane);
      continue;
    }
    const V magnitude = hn::Abs(g);
    const auto large = hn::Ge(magnitude, Set(net.threshold));
    const V log = Log(hn::IfThenElse(large, magnitude, Set(1.0f)));  // never at 0
    hn::Store(hn::IfThenElse(large, hn::Mul(log, Set(net.inverse_p)), Set(-1.0f)), kF, input + lane);
    const V sign = hn::CopySign(Set(1.0f), g);
    hn::Store(hn::IfThenElse(large, sign, hn::Mul(Set(net.exp_p), g)), kF, input + kB + lane);
  }
}

HWY_NOINLINE void ForwardBlock(const LstmNet& net, const float* in, float* out, const float* gradient,
                               float* update) {
  HWY_ALIGN float input[2 * kB];
  HWY_ALIGN float h[kLstmMaxHidden * kB];
  const std::size_t layer_floats = net.hidden * kB;
  const float* c_in = in + net.layers * layer_floats;
  float* c_out = out + net.layers * layer_floats;
  Preprocess(net, gradient, input);
  for (std::size_t l = 0; l < net.layers; ++l) {
    const std::size_t at = l * layer_floats;
    const float* x = l == 0 ? input : out + at - layer_floats;
    ForwardLayer<false>(net, l, {x, in + at, c_in + at, h, c_out + at, nullptr});
    for (std::size_t k = 0; k < layer_floats; k += kLanes) hn::Store(hn::Load(kF, h + k), kF, out + at + k);
  }
  for (std::size_t lane = 0; lane < kB; lane += kLanes) {
    V y = Set(net.out[net.hidden]);
    for (std::size_t u = 0; u < net.hidden; ++u) y = Fma(Set(net.out[u]), hn::Load(kF, h + u * kB + lane), y);
    hn::StoreU(hn::Mul(Set(net.output_scale), y), kF, update + lane);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
