#include "optimizees/kernels/activation_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizees/kernels/activation_kernels.cpp"
#include "core/each_target.hpp"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace l2l {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// body(tag, first channel) for whole vectors of channels, then one by one for the rest.
template <class T, class Body>
HWY_INLINE void ForChannels(std::size_t channels, const Body& body) {
  const hn::CappedTag<T, 16> whole;
  const hn::CappedTag<T, 1> single;
  std::size_t c = 0;
  for (; c + hn::Lanes(whole) <= channels; c += hn::Lanes(whole)) body(whole, c);
  for (; c < channels; ++c) body(single, c);
}

template <class T>
HWY_INLINE void SumImages(const ActivationSizes& sizes, const T* z, const T* centre, bool square, T* sums) {
  const std::size_t stride = sizes.channels, image = sizes.rows * sizes.columns * stride;
  for (std::size_t b = 0; b < sizes.batch; ++b)
    ForChannels<T>(stride, [&](auto d, std::size_t c) HWY_ATTR {
      const auto about = centre == nullptr ? hn::Zero(d) : hn::LoadU(d, centre + b * stride + c);
      auto sum = hn::Zero(d);
      const T* pixel = z + b * image + c;
      for (std::size_t row = 0; row < sizes.rows; ++row) {
        auto of_row = hn::Zero(d);
        for (std::size_t column = 0; column < sizes.columns; ++column, pixel += stride) {
          const auto value = hn::Sub(hn::LoadU(d, pixel), about);
          of_row = hn::Add(of_row, square ? hn::Mul(value, value) : value);
        }
        sum = hn::Add(sum, of_row);
      }
      hn::StoreU(sum, d, sums + b * stride + c);
    });
}

template <class D, class T>
HWY_INLINE hn::Vec<D> LargestOfWindow(D d, const T* corner, std::size_t pool, std::size_t line,
                                      std::size_t stride, hn::Vec<D> sign) {
  auto largest = hn::Mul(sign, hn::LoadU(d, corner));
  for (std::size_t j = 0; j < pool; ++j)
    for (std::size_t k = 0; k < pool; ++k) {
      const auto value = hn::Mul(sign, hn::LoadU(d, corner + j * line + k * stride));
      largest = hn::IfThenElse(hn::Lt(largest, value), value, largest);
    }
  return largest;
}

template <class T>
HWY_INLINE void Activate(const ActivationSizes& sizes, const T* z, const ForwardConstants<T>& constants,
                         T* xhat, T* y) {
  const std::size_t pool = sizes.pool, stride = sizes.channels, line = sizes.columns * stride;
  const std::size_t rows = sizes.rows / pool, columns = sizes.columns / pool;
  for (std::size_t b = 0; b < sizes.batch; ++b)
    ForChannels<T>(stride, [&](auto d, std::size_t c) HWY_ATTR {
      const auto sign = hn::LoadU(d, constants.sign + c), mean = hn::LoadU(d, constants.mean + c),
                 factor = hn::LoadU(d, constants.factor + c), scale = hn::LoadU(d, constants.scale + c),
                 shift = hn::LoadU(d, constants.shift + c);
      std::size_t out = b * rows * columns * stride + c;
      for (std::size_t row = 0; row < rows; ++row) {
        const T* corner = z + (b * sizes.rows + row * pool) * line + c;
        for (std::size_t column = 0; column < columns; ++column, corner += pool * stride, out += stride) {
          const auto largest = LargestOfWindow(d, corner, pool, line, stride, sign);
          const auto normalised = hn::Mul(hn::Sub(largest, mean), factor);
          const auto sum = hn::Add(hn::Mul(scale, normalised), shift);
          hn::StoreU(normalised, d, xhat + out);
          // As rectify(): NaN stays NaN.
          hn::StoreU(hn::IfThenElse(hn::Lt(sum, hn::Zero(d)), hn::Zero(d), sum), d, y + out);
        }
      }
    });
}

template <class T>
HWY_INLINE void SumGradients(const ActivationSizes& sizes, const T* dy, const T* y, const T* xhat, T* of_d,
                             T* of_d_xhat) {
  const std::size_t stride = sizes.channels;
  const std::size_t windows = (sizes.rows / sizes.pool) * (sizes.columns / sizes.pool);
  for (std::size_t b = 0; b < sizes.batch; ++b)
    ForChannels<T>(stride, [&](auto d, std::size_t c) HWY_ATTR {
      auto sum = hn::Zero(d), sum_xhat = hn::Zero(d);
      std::size_t at = b * windows * stride + c;
      for (std::size_t w = 0; w < windows; ++w, at += stride) {
        const auto passed =
            hn::IfThenElseZero(hn::Gt(hn::LoadU(d, y + at), hn::Zero(d)), hn::LoadU(d, dy + at));
        sum = hn::Add(sum, passed);
        sum_xhat = hn::Add(sum_xhat, hn::Mul(passed, hn::LoadU(d, xhat + at)));
      }
      hn::StoreU(sum, d, of_d + b * stride + c);
      hn::StoreU(sum_xhat, d, of_d_xhat + b * stride + c);
    });
}

template <class T>
HWY_INLINE void Differentiate(const ActivationSizes& sizes, const T* dy, const T* y,
                              const BackwardConstants<T>& constants, T* z) {
  const std::size_t pool = sizes.pool, stride = sizes.channels, line = sizes.columns * stride;
  const std::size_t rows = sizes.rows / pool, columns = sizes.columns / pool;
  for (std::size_t b = 0; b < sizes.batch; ++b)
    ForChannels<T>(stride, [&](auto d, std::size_t c) HWY_ATTR {
      const auto sign = hn::LoadU(d, constants.sign + c), mean = hn::LoadU(d, constants.mean + c),
                 scale = hn::LoadU(d, constants.scale + c), constant = hn::LoadU(d, constants.constant + c),
                 slope = hn::LoadU(d, constants.slope + c);
      const auto of_all = [&](auto value)
                              HWY_ATTR { return hn::Add(constant, hn::Mul(slope, hn::Sub(value, mean))); };
      const auto outside_windows = [&](T* pixel, std::size_t count) HWY_ATTR {
        for (std::size_t i = 0; i < count; ++i, pixel += stride)
          hn::StoreU(of_all(hn::LoadU(d, pixel)), d, pixel);
      };
      std::size_t in = b * rows * columns * stride + c;
      T* const image = z + b * sizes.rows * line + c;
      for (std::size_t row = 0; row < rows; ++row) {
        T* corner = image + row * pool * line;
        for (std::size_t column = 0; column < columns; ++column, corner += pool * stride, in += stride) {
          const auto largest = LargestOfWindow(d, corner, pool, line, stride, sign);
          auto left = hn::IfThenElseZero(hn::Gt(hn::LoadU(d, y + in), hn::Zero(d)),
                                         hn::Mul(scale, hn::LoadU(d, dy + in)));
          for (std::size_t j = 0; j < pool; ++j)
            for (std::size_t k = 0; k < pool; ++k) {
              T* const pixel = corner + j * line + k * stride;
              const auto value = hn::LoadU(d, pixel);
              const auto taken = hn::IfThenElseZero(hn::Eq(hn::Mul(sign, value), largest), left);
              left = hn::Sub(left, taken);
              hn::StoreU(hn::Add(of_all(value), taken), d, pixel);
            }
        }
        for (std::size_t j = 0; j < pool; ++j)
          outside_windows(image + (row * pool + j) * line + columns * pool * stride,
                          sizes.columns - columns * pool);
      }
      outside_windows(image + rows * pool * line, (sizes.rows - rows * pool) * sizes.columns);
    });
}

// One function a precision: the dispatch table takes no templates.
#define L2L_KERNELS(T, suffix)                                                                             \
  void Sum##suffix(const ActivationSizes& sizes, const T* z, const T* centre, bool square, T* sums) {      \
    SumImages<T>(sizes, z, centre, square, sums);                                                          \
  }                                                                                                        \
  void Forward##suffix(const ActivationSizes& sizes, const T* z, const ForwardConstants<T>& constants,     \
                       T* xhat, T* y) {                                                                    \
    Activate<T>(sizes, z, constants, xhat, y);                                                             \
  }                                                                                                        \
  void SumGradients##suffix(const ActivationSizes& sizes, const T* dy, const T* y, const T* xhat, T* of_d, \
                            T* of_d_xhat) {                                                                \
    SumGradients<T>(sizes, dy, y, xhat, of_d, of_d_xhat);                                                  \
  }                                                                                                        \
  void Backward##suffix(const ActivationSizes& sizes, const T* dy, const T* y,                             \
                        const BackwardConstants<T>& constants, T* z) {                                     \
    Differentiate<T>(sizes, dy, y, constants, z);                                                          \
  }
L2L_KERNELS(float, Float)
L2L_KERNELS(double, Double)
#undef L2L_KERNELS

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace l2l
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace l2l {

HWY_EXPORT(SumFloat);
HWY_EXPORT(ForwardFloat);
HWY_EXPORT(SumGradientsFloat);
HWY_EXPORT(BackwardFloat);
HWY_EXPORT(SumDouble);
HWY_EXPORT(ForwardDouble);
HWY_EXPORT(SumGradientsDouble);
HWY_EXPORT(BackwardDouble);

template <>
ActivationKernels<float> activation_kernels() {
  return {HWY_DYNAMIC_DISPATCH(SumFloat), HWY_DYNAMIC_DISPATCH(ForwardFloat),
          HWY_DYNAMIC_DISPATCH(SumGradientsFloat), HWY_DYNAMIC_DISPATCH(BackwardFloat)};
}

template <>
ActivationKernels<double> activation_kernels() {
  return {HWY_DYNAMIC_DISPATCH(SumDouble), HWY_DYNAMIC_DISPATCH(ForwardDouble),
          HWY_DYNAMIC_DISPATCH(SumGradientsDouble), HWY_DYNAMIC_DISPATCH(BackwardDouble)};
}

}  // namespace l2l
#endif  // HWY_ONCE
