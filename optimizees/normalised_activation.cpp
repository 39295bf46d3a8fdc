#include "optimizees/normalised_activation.hpp"

#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace l2l {
namespace {

ActivationSizes sizes_of(const ActivationShape& shape) {
  return {shape.batch, shape.rows, shape.columns, shape.channels, shape.pool};
}

}  // namespace

template <class Real>
NormalisedActivation<Real>::NormalisedActivation(const ActivationShape& shape, double epsilon)
    : shape_(shape),
      epsilon_(epsilon),
      kernels_(activation_kernels<Real>()),
      mean_(shape.channels),
      inverse_deviation_(shape.channels),
      image_sums_(shape.batch * shape.channels),
      image_other_sums_(image_sums_.size()),
      xhat_(shape.outputs()) {
  L2L_CHECK(shape.pool >= 1 && shape.outputs() >= 1, "pool={} outputs={}", shape.pool, shape.outputs());
  for (std::vector<Real>& constant : constants_) constant.resize(shape.channels);
}

// Mean and sum of squares about it of each image, then of all images together (Chan, Golub and LeVeque 1979):
// no difference of large sums.
template <class Real>
void NormalisedActivation<Real>::measure(const Real* z) {
  const std::size_t channels = shape_.channels;
  const double pixels = static_cast<double>(shape_.rows * shape_.columns);
  std::vector<Real>& centres = image_sums_;
  kernels_.sum(sizes_of(shape_), z, nullptr, false, centres.data());
  for (Real& centre : centres) centre /= static_cast<Real>(pixels);
  kernels_.sum(sizes_of(shape_), z, centres.data(), true, image_other_sums_.data());
  for (std::size_t c = 0; c < channels; ++c) {
    double mean = 0, squares = 0;
    for (std::size_t b = 0; b < shape_.batch; ++b) {
      const double before = static_cast<double>(b), after = before + 1;  // in images
      const double step = static_cast<double>(centres[b * channels + c]) - mean;
      mean += step / after;
      squares +=
          static_cast<double>(image_other_sums_[b * channels + c]) + step * step * (before / after) * pixels;
    }
    const double variance = squares / (pixels * static_cast<double>(shape_.batch));
    mean_[c] = static_cast<Real>(mean);
    // An overflow must not turn into a harmless xhat = 0.
    inverse_deviation_[c] = std::isfinite(variance) ? static_cast<Real>(1.0 / std::sqrt(variance + epsilon_))
                                                    : std::numeric_limits<Real>::quiet_NaN();
  }
}

template <class Real>
void NormalisedActivation<Real>::forward(const Real* z, const Real* gamma, const Real* beta, const Real* bias,
                                         Real* y) {
  measure(z);
  auto& [sign, mean, factor, scale, shift] = constants_;
  for (std::size_t c = 0; c < shape_.channels; ++c) {
    if (bias != nullptr) mean_[c] += bias[c] - bias[c];
    scale[c] = gamma == nullptr ? Real{1} : gamma[c];
    sign[c] = scale[c] < Real{0} ? Real{-1} : Real{1};
    shift[c] = beta[c];
    mean[c] = mean_[c] * sign[c];
    factor[c] = inverse_deviation_[c] * sign[c];
  }
  kernels_.forward(sizes_of(shape_), z, {sign.data(), mean.data(), factor.data(), scale.data(), shift.data()},
                   xhat_.data(), y);
}

// dz = gamma / sqrt(variance + epsilon) * (d - mean(d) - xhat * mean(d * xhat)), d = d loss / d(gamma xhat +
// beta), the means over batch and pixels. d is dy where a window keeps the pixel and ReLU lets it through,
// else 0.
template <class Real>
void NormalisedActivation<Real>::backward(const Real* dy, const Real* y, const Real* gamma, Real* z,
                                          Real* dgamma, Real* dbeta) {
  kernels_.sum_gradients(sizes_of(shape_), dy, y, xhat_.data(), image_sums_.data(), image_other_sums_.data());
  auto& [sign, mean, scale, constant, slope] = constants_;
  const std::size_t channels = shape_.channels;
  const double count = static_cast<double>(shape_.inputs() / channels);
  for (std::size_t c = 0; c < channels; ++c) {
    double sum = 0, sum_xhat = 0;
    for (std::size_t b = 0; b < shape_.batch; ++b) {
      sum += static_cast<double>(image_sums_[b * channels + c]);
      sum_xhat += static_cast<double>(image_other_sums_[b * channels + c]);
    }
    if (dgamma != nullptr) dgamma[c] = static_cast<Real>(sum_xhat);
    dbeta[c] = static_cast<Real>(sum);
    const Real g = gamma == nullptr ? Real{1} : gamma[c];
    const double inverse = static_cast<double>(inverse_deviation_[c]),
                 factor = static_cast<double>(g) * inverse;
    sign[c] = g < Real{0} ? Real{-1} : Real{1};
    mean[c] = mean_[c];
    scale[c] = static_cast<Real>(factor);
    constant[c] = static_cast<Real>(-factor * sum / count);
    slope[c] = static_cast<Real>(-factor * inverse * sum_xhat / count);
  }
  kernels_.backward(sizes_of(shape_), dy, y,
                    {sign.data(), mean.data(), scale.data(), constant.data(), slope.data()}, z);
}

template class NormalisedActivation<float>;
template class NormalisedActivation<double>;

}  // namespace l2l
