#include "optimizees/mlp_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/blas.hpp"
#include "core/error.hpp"
#include "optimizees/elementwise.hpp"

namespace l2l {
namespace {

// z <- activation(z + bias), row by row.
template <class Real, class Function>
void activate(std::span<Real> z, const Real* bias, std::size_t batch, Function function) {
  Real* row = z.data();
  for (std::size_t unit = 0; unit < z.size() / batch; ++unit, row += batch) {
    const Real b = bias[unit];
    for (std::size_t i = 0; i < batch; ++i) row[i] = function(row[i] + b);
  }
}

template <class Real>
void activate(Activation activation, std::span<Real> z, const Real* bias, std::size_t batch) {
  switch (activation) {
    case Activation::sigmoid:
      return activate(z, bias, batch, [](Real v) { return sigmoid(v); });
    case Activation::tanh:
      return activate(z, bias, batch, [](Real v) { return std::tanh(v); });
    case Activation::relu:
      return activate(z, bias, batch, [](Real v) { return rectify(v); });
  }
}

// delta <- delta * activation'(z), the derivative expressed by the activation a.
template <class Real>
void differentiate(Activation activation, std::span<const Real> activations, std::span<Real> deltas) {
  const Real* const a = activations.data();
  Real* const delta = deltas.data();
  const std::size_t count = deltas.size();
  switch (activation) {
    case Activation::sigmoid:
      for (std::size_t i = 0; i < count; ++i) delta[i] *= a[i] * (Real{1} - a[i]);
      break;
    case Activation::tanh:
      for (std::size_t i = 0; i < count; ++i) delta[i] *= Real{1} - a[i] * a[i];
      break;
    case Activation::relu:
      for (std::size_t i = 0; i < count; ++i) delta[i] = a[i] > Real{0} ? delta[i] : Real{0};
      break;
  }
}

// Sum in a fixed order that leaves room for eight independent lanes.
template <class Real>
Real lane_sum(const Real* values, std::size_t count) {
  std::array<Real, 8> lanes{};
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += values[i + lane];
  for (std::size_t lane = 0; i < count; ++i, ++lane) lanes[lane] += values[i];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace

std::size_t MlpShape::parameters() const {
  return groups().back().end;
}

std::vector<ParameterGroup> MlpShape::groups() const {
  std::vector<ParameterGroup> groups;
  std::size_t offset = 0;
  for (std::size_t l = 0; l < layers(); ++l) {
    const std::size_t weights = widths[l] * widths[l + 1], biases = widths[l + 1];
    groups.push_back({"weights", offset, offset + weights});
    groups.push_back({"biases", offset + weights, offset + weights + biases});
    offset += weights + biases;
  }
  return groups;
}

template <class Real>
MlpNetwork<Real>::MlpNetwork(MlpShape shape, std::size_t batch) : shape_(std::move(shape)), batch_(batch) {
  L2L_CHECK(shape_.widths.size() >= 2 && batch >= 1, "widths={} batch={}", shape_.widths.size(), batch);
  L2L_CHECK(shape_.classes() <= 256, "classes={}: labels are bytes", shape_.classes());
  const std::vector<ParameterGroup> groups = shape_.groups();
  for (std::size_t l = 0; l < shape_.layers(); ++l) {
    const std::size_t in = shape_.widths[l], out = shape_.widths[l + 1];
    L2L_CHECK(in >= 1 && out >= 1, "layer {}: in={} out={}", l, in, out);
    layers_.push_back({in, out, groups[2 * l].begin, groups[2 * l + 1].begin});
    activations_.emplace_back(out * batch);
    deltas_.emplace_back(out * batch);
  }
  largest_.resize(batch);
  total_.resize(batch);
}

template <class Real>
Real MlpNetwork<Real>::loss(std::span<const Real> theta, std::span<const Real> x,
                            std::span<const std::uint8_t> labels) {
  L2L_CHECK(
      theta.size() == shape_.parameters() && x.size() == batch_ * shape_.inputs() && labels.size() == batch_,
      "theta={} x={} labels={}", theta.size(), x.size(), labels.size());
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Real* const weights = theta.data() + layer.weights;
    std::vector<Real>& z = activations_[l];
    if (l == 0)
      gemm(Transpose::no, Transpose::yes, layer.out, batch_, layer.in, Real{1}, weights, layer.in, x.data(),
           layer.in, Real{0}, z.data(), batch_);
    else
      gemm(Transpose::no, Transpose::no, layer.out, batch_, layer.in, Real{1}, weights, layer.in,
           activations_[l - 1].data(), batch_, Real{0}, z.data(), batch_);
    const Real* const bias = theta.data() + layer.biases;
    if (l + 1 < layers_.size())
      activate<Real>(shape_.activation, z, bias, batch_);
    else
      activate<Real>(z, bias, batch_, [](Real v) { return v; });
  }
  return cross_entropy(labels);
}

// -ln softmax(z)[label] = ln sum_c e^(z_c - max) + max - z_label: no exponential can overflow.
template <class Real>
Real MlpNetwork<Real>::cross_entropy(std::span<const std::uint8_t> labels) {
  const Real* const z = activations_.back().data();
  Real* const exponentials = deltas_.back().data();
  Real* const largest = largest_.data();
  Real* const total = total_.data();
  std::copy(z, z + batch_, largest);
  std::fill(total_.begin(), total_.end(), Real{0});
  for (std::size_t c = 1; c < shape_.classes(); ++c)
    for (std::size_t i = 0; i < batch_; ++i)
      largest[i] = largest[i] < z[c * batch_ + i] ? z[c * batch_ + i] : largest[i];
  for (std::size_t c = 0; c < shape_.classes(); ++c)
    for (std::size_t i = 0; i < batch_; ++i) {
      const Real e = exponential(z[c * batch_ + i] - largest[i]);
      exponentials[c * batch_ + i] = e;
      total[i] += e;
    }
  double sum = 0;
  for (std::size_t i = 0; i < batch_; ++i) {
    L2L_CHECK(labels[i] < shape_.classes(), "label {} of example {}, {} classes", labels[i], i,
              shape_.classes());
    sum += static_cast<double>(std::log(total[i]) + (largest[i] - z[labels[i] * batch_ + i]));
  }
  return static_cast<Real>(sum / static_cast<double>(batch_));
}

template <class Real>
void MlpNetwork<Real>::gradient(std::span<const Real> theta, std::span<const Real> x,
                                std::span<const std::uint8_t> labels, std::span<Real> gradient) {
  L2L_CHECK(gradient.size() == shape_.parameters(), "gradient={}", gradient.size());
  // d loss / d z_c = (softmax_c - [c = label]) / batch
  Real* const last = deltas_.back().data();
  for (Real& t : total_) t = Real{1} / (t * static_cast<Real>(batch_));
  const Real* const factor = total_.data();
  for (std::size_t c = 0; c < shape_.classes(); ++c)
    for (std::size_t i = 0; i < batch_; ++i) last[c * batch_ + i] *= factor[i];
  const Real one = Real{1} / static_cast<Real>(batch_);
  for (std::size_t i = 0; i < batch_; ++i) last[labels[i] * batch_ + i] -= one;

  for (std::size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    const Real* const delta = deltas_[l].data();
    for (std::size_t unit = 0; unit < layer.out; ++unit)
      gradient[layer.biases + unit] = lane_sum(delta + unit * batch_, batch_);
    Real* const target = gradient.data() + layer.weights;
    if (l == 0) {
      gemm(Transpose::no, Transpose::no, layer.out, layer.in, batch_, Real{1}, delta, batch_, x.data(),
           layer.in, Real{0}, target, layer.in);
      break;
    }
    gemm(Transpose::no, Transpose::yes, layer.out, layer.in, batch_, Real{1}, delta, batch_,
         activations_[l - 1].data(), batch_, Real{0}, target, layer.in);
    gemm(Transpose::yes, Transpose::no, layer.in, batch_, layer.out, Real{1}, theta.data() + layer.weights,
         layer.in, delta, batch_, Real{0}, deltas_[l - 1].data(), batch_);
    differentiate<Real>(shape_.activation, activations_[l - 1], deltas_[l - 1]);
  }
}

template class MlpNetwork<float>;
template class MlpNetwork<double>;

}  // namespace l2l
