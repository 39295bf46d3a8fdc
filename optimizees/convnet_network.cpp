#include "optimizees/convnet_network.hpp"

#include <algorithm>

#include "core/blas.hpp"
#include "core/error.hpp"
#include "optimizees/elementwise.hpp"

namespace l2l {
namespace {

template <class Real>
const Real* at(std::span<const Real> theta, std::optional<std::size_t> offset) {
  return offset ? theta.data() + *offset : nullptr;
}

}  // namespace

template <class Real>
ConvNetNetwork<Real>::ConvNetNetwork(ConvNetShape shape, std::size_t batch)
    : shape_(std::move(shape)),
      batch_(batch),
      layers_(shape_.layers()),
      features_(batch * shape_.flat()),
      features_gradient_(features_.size()),
      read_out_(shape_.classes, batch),
      logits_(shape_.classes * batch),
      logits_gradient_(logits_.size()) {
  const std::vector<ConvolutionShape> convolutions = shape_.convolution_shapes(batch);
  for (std::size_t l = 0; l < convolutions.size(); ++l) {
    const ConvolutionShape& c = convolutions[l];
    convolutions_.push_back(make_convolution<Real>(c));
    images_.emplace_back(
        ActivationShape{batch, c.out_rows(), c.out_columns(), c.out, shape_.convolutions[l].pool},
        shape_.epsilon);
  }
  for (const std::size_t units : shape_.hidden)
    hidden_.emplace_back(ActivationShape{batch, 1, 1, units, 1}, shape_.epsilon);
}

template <class Real>
void ConvNetNetwork<Real>::forward(Normalised& into, const ConvNetShape::Layer& layer,
                                   std::span<const Real> theta) {
  into.activation.forward(into.z.data(), at(theta, layer.gamma), at(theta, layer.beta), at(theta, layer.bias),
                          into.y.data());
}

template <class Real>
void ConvNetNetwork<Real>::backward(Normalised& from, const ConvNetShape::Layer& layer,
                                    std::span<const Real> theta, std::span<Real> gradient) {
  Real* const dgamma = layer.gamma ? gradient.data() + *layer.gamma : nullptr;
  from.activation.backward(from.dy.data(), from.y.data(), at(theta, layer.gamma), from.z.data(), dgamma,
                           gradient.data() + *layer.beta);
  if (layer.bias) std::fill_n(gradient.data() + *layer.bias, layer.out, Real{0});
}

template <class Real>
void ConvNetNetwork<Real>::flatten() {
  const ActivationShape& image = images_.back().activation.shape();
  const std::size_t channels = image.channels, pixels = features_.size() / batch_ / channels;
  const Real* from = images_.back().y.data();
  for (std::size_t b = 0; b < batch_; ++b)
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c) features_[(b * channels + c) * pixels + p] = *from++;
}

template <class Real>
void ConvNetNetwork<Real>::unflatten() {
  const ActivationShape& image = images_.back().activation.shape();
  const std::size_t channels = image.channels, pixels = features_.size() / batch_ / channels;
  Real* to = images_.back().dy.data();
  for (std::size_t b = 0; b < batch_; ++b)
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c) *to++ = features_gradient_[(b * channels + c) * pixels + p];
}

template <class Real>
Real ConvNetNetwork<Real>::loss(std::span<const Real> theta, std::span<const Real> x,
                                std::span<const std::uint8_t> labels) {
  L2L_CHECK(
      theta.size() == layers_.back().end && x.size() == batch_ * shape_.inputs() && labels.size() == batch_,
      "theta={} x={} labels={}", theta.size(), x.size(), labels.size());
  const Real* input = x.data();
  for (std::size_t l = 0; l < images_.size(); ++l) {
    convolutions_[l]->forward(input, theta.data() + layers_[l].weights, images_[l].z.data());
    forward(images_[l], layers_[l], theta);
    input = images_[l].y.data();
  }
  flatten();
  input = features_.data();
  for (std::size_t h = 0; h < hidden_.size(); ++h) {
    const ConvNetShape::Layer& layer = layers_[images_.size() + h];
    gemm(Transpose::no, Transpose::yes, batch_, layer.out, layer.in, Real{1}, input, layer.in,
         theta.data() + layer.weights, layer.in, Real{0}, hidden_[h].z.data(), layer.out);
    forward(hidden_[h], layer, theta);
    input = hidden_[h].y.data();
  }
  const ConvNetShape::Layer& last = layers_.back();
  gemm(Transpose::no, Transpose::yes, last.out, batch_, last.in, Real{1}, theta.data() + last.weights,
       last.in, input, last.in, Real{0}, logits_.data(), batch_);
  for (std::size_t c = 0; c < last.out; ++c)
    for (std::size_t i = 0; i < batch_; ++i) logits_[c * batch_ + i] += theta[*last.bias + c];
  differentiable_ = true;
  return read_out_.loss(logits_, labels, logits_gradient_);
}

template <class Real>
void ConvNetNetwork<Real>::gradient(std::span<const Real> theta, std::span<const Real> x,
                                    std::span<const std::uint8_t> labels, std::span<Real> gradient) {
  L2L_CHECK(gradient.size() == layers_.back().end, "gradient={}", gradient.size());
  L2L_CHECK(differentiable_, "gradient() needs a loss() of its own before it");
  differentiable_ = false;
  read_out_.gradient(labels, logits_gradient_);
  const ConvNetShape::Layer& last = layers_.back();
  // The input of fully connected layer h, h = hidden_.size() being the read-out, and its gradient.
  const auto input = [&](std::size_t h) { return (h == 0 ? features_ : hidden_[h - 1].y).data(); };
  const auto input_gradient = [&](std::size_t h) {
    return (h == 0 ? features_gradient_ : hidden_[h - 1].dy).data();
  };
  const std::size_t layers = hidden_.size();
  for (std::size_t c = 0; c < last.out; ++c)
    gradient[*last.bias + c] = lane_sum(logits_gradient_.data() + c * batch_, batch_);
  gemm(Transpose::no, Transpose::no, last.out, last.in, batch_, Real{1}, logits_gradient_.data(), batch_,
       input(layers), last.in, Real{0}, gradient.data() + last.weights, last.in);
  gemm(Transpose::yes, Transpose::no, batch_, last.in, last.out, Real{1}, logits_gradient_.data(), batch_,
       theta.data() + last.weights, last.in, Real{0}, input_gradient(layers), last.in);
  for (std::size_t h = layers; h-- > 0;) {
    const ConvNetShape::Layer& layer = layers_[images_.size() + h];
    backward(hidden_[h], layer, theta, gradient);
    const Real* const dz = hidden_[h].z.data();
    gemm(Transpose::yes, Transpose::no, layer.out, layer.in, batch_, Real{1}, dz, layer.out, input(h),
         layer.in, Real{0}, gradient.data() + layer.weights, layer.in);
    gemm(Transpose::no, Transpose::no, batch_, layer.in, layer.out, Real{1}, dz, layer.out,
         theta.data() + layer.weights, layer.in, Real{0}, input_gradient(h), layer.in);
  }
  unflatten();
  for (std::size_t l = images_.size(); l-- > 0;) {
    backward(images_[l], layers_[l], theta, gradient);
    const Real* const dz = images_[l].z.data();
    convolutions_[l]->weight_gradient(l == 0 ? x.data() : images_[l - 1].y.data(), dz,
                                      gradient.data() + layers_[l].weights);
    if (l > 0)
      convolutions_[l]->input_gradient(theta.data() + layers_[l].weights, dz, images_[l - 1].dy.data());
  }
}

template class ConvNetNetwork<float>;
template class ConvNetNetwork<double>;

}  // namespace l2l
