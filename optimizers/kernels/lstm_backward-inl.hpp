// Truncated backpropagation through time of a block of coordinates, compiled once for every instruction
// set: recompute the unroll in cache, run it backwards, add its share of dL/dphi.
// clang-format off
#if defined(L2L_LSTM_BACKWARD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef L2L_LSTM_BACKWARD_INL_HPP
#undef L2L_LSTM_BACKWARD_INL_HPP
#else
#define L2L_LSTM_BACKWARD_INL_HPP
#endif
// clang-format on

#include "optimizers/kernels/lstm_forward-inl.hpp"
#include "optimizers/kernels/lstm_workspace.hpp"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {

// Groups of the register tile of the data gradient.
constexpr std::size_t kGroups = kLanes == 16 ? 2 : 1;
// Register tile of the weight gradient: vectors of gate rows by columns.
constexpr std::size_t kRowVectors = kLanes == 16 ? 5 : kLanes == 1 ? 1 : 2;
constexpr std::size_t kColumns = kLanes == 16 ? 5 : 6;

/// Stores four rows (the gates of one unit) of neighbouring coordinates coordinate by coordinate: the four
/// values of lane j go to `to + j * stride`.
template <class D>
HWY_INLINE void StoreQuads(D d, hn::Vec<D> v, float* to, std::size_t stride) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (hn::MaxLanes(D()) <= 4) {
    hn::Store(v, d, to);
  } else {
    const hn::Half<D> half;
    StoreQuads(half, hn::LowerHalf(half, v), to, stride);
    StoreQuads(half, hn::UpperHalf(half, v), to + hn::MaxLanes(D()) / 2 * stride, stride);
  }
#else
  (void)d, (void)v, (void)to, (void)stride;
#endif
}

HWY_INLINE void StoreTransposed(V i, V f, V g, V o, float* to, std::size_t stride) {
#if HWY_TARGET != HWY_SCALAR
  const hn::Repartition<uint64_t, F> pairs;
  const auto if_low = hn::BitCast(pairs, hn::InterleaveLower(kF, i, f));
  const auto if_high = hn::BitCast(pairs, hn::InterleaveUpper(kF, i, f));
  const auto go_low = hn::BitCast(pairs, hn::InterleaveLower(kF, g, o));
  const auto go_high = hn::BitCast(pairs, hn::InterleaveUpper(kF, g, o));
  StoreQuads(kF, hn::BitCast(kF, hn::InterleaveLower(pairs, if_low, go_low)), to, 1 * stride);
  StoreQuads(kF, hn::BitCast(kF, hn::InterleaveUpper(pairs, if_low, go_low)), to + stride, stride);
  StoreQuads(kF, hn::BitCast(kF, hn::InterleaveLower(pairs, if_high, go_high)), to + 2 * stride, stride);
  StoreQuads(kF, hn::BitCast(kF, hn::InterleaveUpper(pairs, if_high, go_high)), to + 3 * stride, stride);
#else
  (void)stride;
  to[0] = hn::GetLane(i);
  to[1] = hn::GetLane(f);
  to[2] = hn::GetLane(g);
  to[3] = hn::GetLane(o);
#endif
}

/// dL/dz of one layer at one step from dL/dh and dL/dc, which becomes dL/dc of the step before.
/// dz: [unit][gate][kB]; dz_by_lane: the same as [kB][padded row].
HWY_NOINLINE void BackwardCells(const LstmNet& net, const float* gates, const float* c_before,
                                const float* dh, float* dc, float* dz, float* dz_by_lane) {
  const V one = Set(1.0f);
  const std::size_t rows = net.padded_rows();
  for (std::size_t u = 0; u < net.hidden; ++u) {
    for (std::size_t lane = 0; lane < kB; lane += kLanes) {
      const float* a = gates + u * 5 * kB + lane;
      const std::size_t at = u * kB + lane;
      const V i = hn::Load(kF, a), f = hn::Load(kF, a + kB), g = hn::Load(kF, a + 2 * kB);
      const V o = hn::Load(kF, a + 3 * kB), tanh_c = hn::Load(kF, a + 4 * kB);
      const V dh_u = hn::Load(kF, dh + at);
      const V through_o = hn::Mul(dh_u, o);
      const V dc_u = Fma(through_o, Fma(hn::Neg(tanh_c), tanh_c, one), hn::Load(kF, dc + at));
      const V di = hn::Mul(dc_u, i), df = hn::Mul(dc_u, f);
      const V dzi = hn::Mul(hn::Mul(di, g), hn::Sub(one, i));
      const V dzf = hn::Mul(hn::Mul(df, hn::Load(kF, c_before + at)), hn::Sub(one, f));
      const V dzg = hn::Mul(di, Fma(hn::Neg(g), g, one));
      const V dzo = hn::Mul(hn::Mul(through_o, tanh_c), hn::Sub(one, o));
      hn::Store(df, kF, dc + at);
      float* to = dz + u * 4 * kB + lane;
      hn::Store(dzi, kF, to);
      hn::Store(dzf, kF, to + kB);
      hn::Store(dzg, kF, to + 2 * kB);
      hn::Store(dzo, kF, to + 3 * kB);
      StoreTransposed(dzi, dzf, dzg, dzo, dz_by_lane + lane * rows + 4 * u, kLanes == 1 ? 0 : rows);
    }
  }
}

/// acc[group][row][vector] += sum over k < count of w[group][k][row] * x[k][vector]; groups are w_stride
/// floats apart. The sum runs in the order of k for every element, whatever the tile.
template <std::size_t G>
HWY_INLINE void Accumulate(V (&acc)[G][4][kTile], const float* HWY_RESTRICT w, std::size_t w_stride,
                           const float* HWY_RESTRICT x, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) {
    V xs[kTile];
    L2L_UNROLL
    for (std::size_t v = 0; v < kTile; ++v) xs[v] = hn::Load(kF, x + k * kB + v * kLanes);
    L2L_UNROLL
    for (std::size_t g = 0; g < G; ++g) {
      L2L_UNROLL
      for (std::size_t r = 0; r < 4; ++r) {
        const V weight = Set(w[g * w_stride + k * 4 + r]);
        L2L_UNROLL
        for (std::size_t v = 0; v < kTile; ++v) acc[g][r][v] = Fma(weight, xs[v], acc[g][r][v]);
      }
    }
  }
}

template <std::size_t G>
HWY_INLINE void DataGradientGroups(const LstmNet& net, const float* w, const float* dz, bool add, float* dx) {
  const std::size_t rows = 4 * net.hidden;
  for (std::size_t lane = 0; lane < kB; lane += kTileLanes) {
    V acc[G][4][kTile];
    L2L_UNROLL
    for (std::size_t g = 0; g < G; ++g) {
      L2L_UNROLL
      for (std::size_t r = 0; r < 4; ++r) {
        L2L_UNROLL
        for (std::size_t v = 0; v < kTile; ++v)
          acc[g][r][v] = add ? hn::Load(kF, dx + (g * 4 + r) * kB + lane + v * kLanes) : hn::Zero(kF);
      }
    }
    Accumulate<G>(acc, w, rows * 4, dz + lane, rows);
    L2L_UNROLL
    for (std::size_t g = 0; g < G; ++g) {
      L2L_UNROLL
      for (std::size_t r = 0; r < 4; ++r) {
        L2L_UNROLL
        for (std::size_t v = 0; v < kTile; ++v)
          hn::Store(acc[g][r][v], kF, dx + (g * 4 + r) * kB + lane + v * kLanes);
      }
    }
  }
}

/// dx = W^T dz, or dx += W^T dz: padded_hidden rows.
HWY_NOINLINE void DataGradient(const LstmNet& net, const float* w, const float* dz, bool add, float* dx) {
  const std::size_t groups = net.padded_hidden() / 4, group_floats = 16 * net.hidden;
  std::size_t g = 0;
  for (; g + kGroups <= groups; g += kGroups)
    DataGradientGroups<kGroups>(net, w + g * group_floats, dz, add, dx + g * 4 * kB);
  for (; g < groups; ++g) DataGradientGroups<1>(net, w + g * group_floats, dz, add, dx + g * 4 * kB);
}

/// dw[column][row] += sum over the coordinates of x[column] * dz[row], in the order of the coordinates.
template <std::size_t R, std::size_t C>
HWY_INLINE void WeightGradientTile(std::size_t rows, const float* HWY_RESTRICT dz_by_lane,
                                   const float* const* x, float* HWY_RESTRICT dw) {
  V acc[C][R];
  const float* columns[C];
  L2L_UNROLL
  for (std::size_t c = 0; c < C; ++c) {
    columns[c] = x[c];
    L2L_UNROLL
    for (std::size_t r = 0; r < R; ++r) acc[c][r] = hn::Load(kF, dw + c * rows + r * kLanes);
  }
  for (std::size_t lane = 0; lane < kB; ++lane) {
    V dz[R];
    L2L_UNROLL
    for (std::size_t r = 0; r < R; ++r) dz[r] = hn::Load(kF, dz_by_lane + lane * rows + r * kLanes);
    L2L_UNROLL
    for (std::size_t c = 0; c < C; ++c) {
      const V xc = Set(columns[c][lane]);
      L2L_UNROLL
      for (std::size_t r = 0; r < R; ++r) acc[c][r] = Fma(xc, dz[r], acc[c][r]);
    }
  }
  L2L_UNROLL
  for (std::size_t c = 0; c < C; ++c) {
    L2L_UNROLL
    for (std::size_t r = 0; r < R; ++r) hn::Store(acc[c][r], kF, dw + c * rows + r * kLanes);
  }
}

template <std::size_t R, std::size_t C>
HWY_INLINE void WeightGradientRest(std::size_t columns, std::size_t rows, const float* dz_by_lane,
                                   const float* const* x, float* dw) {
  if constexpr (C > 0) {
    if (columns == C) return WeightGradientTile<R, C>(rows, dz_by_lane, x, dw);
    WeightGradientRest<R, C - 1>(columns, rows, dz_by_lane, x, dw);
  }
}

template <std::size_t R>
HWY_NOINLINE void WeightGradientStripe(std::size_t columns, std::size_t rows, const float* dz_by_lane,
                                       const float* const* x, float* dw) {
  std::size_t c = 0;
  for (; c + kColumns <= columns; c += kColumns)
    WeightGradientTile<R, kColumns>(rows, dz_by_lane, x + c, dw + c * rows);
  WeightGradientRest<R, kColumns - 1>(columns - c, rows, dz_by_lane, x + c, dw + c * rows);
}

template <std::size_t R>
HWY_INLINE void WeightGradientStripes(std::size_t columns, std::size_t rows, std::size_t from,
                                      const float* dz_by_lane, const float* const* x, float* dw) {
  if constexpr (R > 0) {
    for (; from + R * kLanes <= rows; from += R * kLanes)
      WeightGradientStripe<R>(columns, rows, dz_by_lane + from, x, dw + from);
    WeightGradientStripes<R - 1>(columns, rows, from, dz_by_lane, x, dw);
  }
}

/// The weight gradient of one layer at one step: columns x, h before the step, ones.
HWY_NOINLINE void WeightGradient(const LstmNet& net, std::size_t layer, const float* dz_by_lane,
                                 const float* x, const float* h_before, const float* ones, float* dw) {
  const float* columns[2 * kLstmMaxHidden + 1];
  std::size_t n = 0;
  for (std::size_t k = 0; k < net.layer_inputs(layer); ++k) columns[n++] = x + k * kB;
  for (std::size_t k = 0; k < net.hidden; ++k) columns[n++] = h_before + k * kB;
  columns[n++] = ones;
  WeightGradientStripes<kRowVectors>(n, net.padded_rows(), 0, dz_by_lane, columns, dw);
}

/// The read-out at one step: dh of the top layer += W_out dy; dw[unit][16] += dy h, and dy for the bias.
HWY_NOINLINE void BackwardOut(const LstmNet& net, const float* dy, const float* h, float* dh, float* dw) {
  for (std::size_t lane = 0; lane < kB; lane += kLanes) {
    const V d = hn::Load(kF, dy + lane);
    float* sums = dw + lane % kLstmOutLanes;
    for (std::size_t u = 0; u < net.hidden; ++u) {
      float* to = dh + u * kB + lane;
      hn::Store(Fma(Set(net.out[u]), d, hn::Load(kF, to)), kF, to);
      float* sum = sums + u * kLstmOutLanes;
      hn::Store(Fma(d, hn::Load(kF, h + u * kB + lane), hn::Load(kF, sum)), kF, sum);
    }
    float* sum = sums + net.hidden * kLstmOutLanes;
    hn::Store(hn::Add(d, hn::Load(kF, sum)), kF, sum);
  }
}

HWY_NOINLINE void TrainBlock(const LstmNet& net, const LstmUnroll& u) {
  const LstmWorkspace w(net, u.steps, u.workspace);
  const std::size_t layer_floats = net.hidden * kB, top = net.layers - 1;
  for (std::size_t k = 0; k < w.zeroed_floats; k += kLanes) hn::Store(hn::Zero(kF), kF, w.zeroed + k);
  for (std::size_t lane = 0; lane < kB; ++lane) w.ones[lane] = 1.0f;
  for (std::size_t k = 0; k < net.layers * layer_floats; k += kLanes) {
    hn::Store(hn::Load(kF, u.start + k), kF, w.h + k);
    hn::Store(hn::Load(kF, u.start + net.layers * layer_floats + k), kF, w.c + k);
  }

  for (std::size_t t = 0; t < u.steps; ++t) {
    Preprocess(net, u.gradients + t * u.stride, w.input_at(t));
    for (std::size_t l = 0; l < net.layers; ++l)
      ForwardLayer<true>(net, l,
                         {l == 0 ? w.input_at(t) : w.h_at(t + 1, l - 1), w.h_at(t, l), w.c_at(t, l),
                          w.h_at(t + 1, l), w.c_at(t + 1, l), w.gates_at(t, l)});
  }

  const V factor = Set(u.scale * net.output_scale);
  for (std::size_t t = u.steps; t-- > 0;) {
    for (std::size_t lane = 0; lane < kB; lane += kLanes) {  // dL/dg_t: a suffix sum of gradients
      const V gradient = hn::LoadU(kF, u.gradients + (t + 1) * u.stride + lane);
      const V sum = Fma(Set(u.weights[t + 1]), gradient, hn::Load(kF, w.suffix + lane));
      hn::Store(sum, kF, w.suffix + lane);
      hn::Store(hn::Mul(factor, sum), kF, w.dy + lane);
    }
    BackwardOut(net, w.dy, w.h_at(t + 1, top), w.dh_of(top), w.dw_out);
    float* dw = w.dw + w.dw_floats;
    for (std::size_t l = net.layers; l-- > 0;) {
      dw -= net.columns(l) * net.padded_rows();
      BackwardCells(net, w.gates_at(t, l), w.c_at(t, l), w.dh_of(l), w.dc_of(l), w.dz, w.dz_by_lane);
      WeightGradient(net, l, w.dz_by_lane, l == 0 ? w.input_at(t) : w.h_at(t + 1, l - 1), w.h_at(t, l),
                     w.ones, dw);
      if (l > 0) DataGradient(net, net.to_input[l], w.dz, true, w.dh_of(l - 1));
      if (t > 0) DataGradient(net, net.to_recurrent[l], w.dz, false, w.dh_of(l));
    }
  }

  // Single precision only within a block: the blocks of a slot are summed in double precision.
  for (std::size_t k = 0; k < w.dw_floats; ++k) u.dphi[k] += static_cast<double>(w.dw[k]);
  for (std::size_t k = 0; k <= net.hidden; ++k) {
    double sum = 0;
    for (std::size_t lane = 0; lane < kLstmOutLanes; ++lane)
      sum += static_cast<double>(w.dw_out[k * kLstmOutLanes + lane]);
    u.dphi[w.dw_floats + k] += sum;
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#endif  // include guard
