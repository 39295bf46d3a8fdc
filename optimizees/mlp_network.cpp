#include "optimizees/mlp_network.hpp"

#include <algorithm>
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

}  // namespace

std::size_t MlpShape::parameters() const {
  return groups().back().end;
}

std::vector<ParameterGroup> MlpShape::groups() const {
  std::vector<ParameterGroup> groups;
  std::size_t offset = 0;
  for (std::size_t l = 0; l < layers(); ++l) {
    const std::size_t weights = widths[l] * widths[l + 1], biases = widths[l + 1];
    groups.push_back({"weights", offset, offset + weights, {}, widths[l + 1]});
    groups.push_back({"biases", offset + weights, offset + weights + biases});
    offset += weights + biases;
  }
  return groups;
}

double mlp_gradient_flop(const MlpShape& shape, std::size_t batch) {
  double products = 0;
  for (std::size_t l = 0; l < shape.layers(); ++l)
    products += (l == 0 ? 2.0 : 3.0) * static_cast<double>(shape.widths[l] * shape.widths[l + 1]);
  return 2.0 * static_cast<double>(batch) * products;
}

std::size_t mlp_bytes(const MlpShape& shape, std::size_t batch) {
  std::size_t units = shape.inputs() + 2;  // the minibatch, its labels and their losses
  for (std::size_t l = 0; l < shape.layers(); ++l) units += 2 * shape.widths[l + 1];
  return sizeof(float) * (batch * units + shape.parameters());
}

template <class Real>
MlpNetwork<Real>::MlpNetwork(MlpShape shape, std::size_t batch)
    : shape_(std::move(shape)), batch_(batch), read_out_(shape_.classes(), batch) {
  L2L_CHECK(shape_.widths.size() >= 2, "widths={}", shape_.widths.size());
  const std::vector<ParameterGroup> groups = shape_.groups();
  for (std::size_t l = 0; l < shape_.layers(); ++l) {
    const std::size_t in = shape_.widths[l], out = shape_.widths[l + 1];
    L2L_CHECK(in >= 1 && out >= 1, "layer {}: in={} out={}", l, in, out);
    layers_.push_back({in, out, groups[2 * l].begin, groups[2 * l + 1].begin});
    activations_.emplace_back(out * batch);
    deltas_.emplace_back(out * batch);
  }
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
  return read_out_.loss(activations_.back(), labels, deltas_.back());
}

template <class Real>
void MlpNetwork<Real>::gradient(std::span<const Real> theta, std::span<const Real> x,
                                std::span<const std::uint8_t> labels, std::span<Real> gradient) {
  L2L_CHECK(gradient.size() == shape_.parameters(), "gradient={}", gradient.size());
  read_out_.gradient(labels, deltas_.back());

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
