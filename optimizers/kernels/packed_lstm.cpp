#include "optimizers/kernels/packed_lstm.hpp"

#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace l2l {
namespace {

/// The kernels rely on one representative of NaN.
float canonical(double value) {
  return std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value);
}

}  // namespace

PackedLstm::PackedLstm(const LstmSpec& spec) : layout_(phi_layout(spec)) {
  net_.layers = static_cast<std::size_t>(spec.layers);
  net_.hidden = static_cast<std::size_t>(spec.hidden);
  net_.inputs = static_cast<std::size_t>(spec.inputs());
  net_.log_and_sign = spec.preprocessing == Preprocessing::log_and_sign;
  net_.threshold = static_cast<float>(std::exp(-spec.p));
  net_.inverse_p = static_cast<float>(1 / spec.p);
  net_.exp_p = static_cast<float>(std::exp(spec.p));
  net_.output_scale = static_cast<float>(spec.output_scale);

  const std::size_t transposed = net_.padded_hidden() * 4 * net_.hidden;
  const auto forward_size = [&](std::size_t l) {
    return net_.hidden * 4 * (1 + net_.layer_inputs(l) + net_.hidden);
  };
  std::size_t size = net_.hidden + 1;
  for (std::size_t l = 0; l < net_.layers; ++l) size += forward_size(l) + 2 * transposed;
  memory_.reserve(size);
  memory_.zero();
  const float* next = memory_.data();
  for (std::size_t l = 0; l < net_.layers; ++l) {
    net_.forward[l] = next;
    net_.to_input[l] = next + forward_size(l);
    net_.to_recurrent[l] = net_.to_input[l] + transposed;
    next = net_.to_recurrent[l] + transposed;
  }
  net_.out = next;
}

void PackedLstm::pack_layer(std::size_t layer, const float* w_ih, const float* w_hh, const float* bias) {
  const std::size_t hidden = net_.hidden, inputs = net_.layer_inputs(layer), rows = 1 + inputs + hidden;
  const auto writable = [&](const float* at) { return memory_.data() + (at - memory_.data()); };
  float* forward = writable(net_.forward[layer]);
  float* to_input = writable(net_.to_input[layer]);
  float* to_recurrent = writable(net_.to_recurrent[layer]);
  for (std::size_t u = 0; u < hidden; ++u) {
    for (std::size_t gate = 0; gate < 4; ++gate) {
      const std::size_t row = gate * hidden + u;
      const auto put = [&](std::size_t k, float value) {
        forward[(u * rows + k) * 4 + gate] = canonical(kGateScale[gate] * static_cast<double>(value));
      };
      const auto put_transposed = [&](float* to, std::size_t k, float value) {
        to[((k / 4 * hidden + u) * 4 + gate) * 4 + k % 4] = canonical(value);
      };
      put(0, bias[row]);
      for (std::size_t k = 0; k < inputs; ++k) put(1 + k, w_ih[row * inputs + k]);
      for (std::size_t k = 0; k < hidden; ++k) put(1 + inputs + k, w_hh[row * hidden + k]);
      if (layer > 0)
        for (std::size_t k = 0; k < inputs; ++k) put_transposed(to_input, k, w_ih[row * inputs + k]);
      for (std::size_t k = 0; k < hidden; ++k) put_transposed(to_recurrent, k, w_hh[row * hidden + k]);
    }
  }
}

void PackedLstm::pack(std::span<const float> phi) {
  const std::size_t expected = layout_.back().offset + layout_.back().size;
  L2L_CHECK(phi.size() == expected, "phi has {} values, expected {}", phi.size(), expected);
  const auto array = [&](std::size_t i) { return phi.data() + layout_[i].offset; };
  for (std::size_t l = 0; l < net_.layers; ++l)
    pack_layer(l, array(3 * l), array(3 * l + 1), array(3 * l + 2));
  float* out = memory_.data() + (net_.out - memory_.data());
  for (std::size_t u = 0; u < net_.hidden; ++u) out[u] = canonical(array(3 * net_.layers)[u]);
  out[net_.hidden] = canonical(array(3 * net_.layers + 1)[0]);
}

void PackedLstm::add_gradient(const double* packed, std::span<double> dphi) const {
  const std::size_t hidden = net_.hidden, stride = net_.padded_rows();
  for (std::size_t l = 0; l < net_.layers; ++l) {
    const std::size_t inputs = net_.layer_inputs(l);
    double* w_ih = &dphi[layout_[3 * l].offset];
    double* w_hh = &dphi[layout_[3 * l + 1].offset];
    double* bias = &dphi[layout_[3 * l + 2].offset];
    for (std::size_t u = 0; u < hidden; ++u) {
      for (std::size_t gate = 0; gate < 4; ++gate) {
        const double* from = packed + 4 * u + gate;
        const std::size_t row = gate * hidden + u;
        for (std::size_t k = 0; k < inputs; ++k) w_ih[row * inputs + k] += from[k * stride];
        for (std::size_t k = 0; k < hidden; ++k) w_hh[row * hidden + k] += from[(inputs + k) * stride];
        bias[row] += from[(inputs + hidden) * stride];
      }
    }
    packed += net_.columns(l) * stride;
  }
  for (std::size_t k = 0; k <= hidden; ++k) dphi[layout_[3 * net_.layers].offset + k] += packed[k];
}

}  // namespace l2l
