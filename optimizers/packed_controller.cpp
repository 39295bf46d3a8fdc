#include "optimizers/packed_controller.hpp"

#include "core/error.hpp"

namespace l2l {
namespace {

/// The positions in `layout` of the arrays of `lstm`, each its leading rows and columns there.
std::vector<std::size_t> positions_of(const std::vector<PhiArray>& lstm,
                                      const std::vector<PhiArray>& layout) {
  std::vector<std::size_t> positions;
  for (std::size_t a = 0; a < lstm.size(); ++a) {
    const std::size_t rows = lstm[a].shape[0], columns = lstm[a].size / rows;
    const std::size_t stride = layout[a].size / layout[a].shape[0];
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns; ++column)
        positions.push_back(layout[a].offset + row * stride + column);
  }
  return positions;
}

}  // namespace

PackedController::PackedController(const ArchitectureSpec& spec)
    : spec_(spec),
      layout_(phi_layout(spec)),
      lstm_index_(positions_of(phi_layout(spec.lstm), layout_)),
      lstm_(spec.lstm),
      net_(lstm_.net()) {
  net_.inputs = spec.inputs();
  outputs_.reserve(spec.outputs() * (net_.hidden + 1));
  input_weights_.reserve((spec.inputs() + 3) / 4 * 16 * net_.hidden);
  if (spec.reads() == 0) return;
  first_layer_.reserve(net_.hidden * (1 + net_.inputs + net_.hidden) * 4);
  net_.forward[0] = first_layer_.data();
}

void PackedController::pack(std::span<const float> phi) {
  const std::size_t expected = layout_.back().offset + layout_.back().size;
  L2L_CHECK(phi.size() == expected, "phi has {} values, expected {}", phi.size(), expected);
  std::vector<float> lstm(lstm_index_.size());
  for (std::size_t k = 0; k < lstm.size(); ++k) lstm[k] = phi[lstm_index_[k]];
  lstm_.pack(lstm);
  if (spec_.reads() > 0) insert_read_inputs(phi);
  pack_input_weights(phi);
  const float* w_out = &phi[layout_[layout_.size() - 2].offset];
  const float* b_out = &phi[layout_.back().offset];
  for (std::size_t row = 0; row < spec_.outputs(); ++row) {
    float* to = outputs_.data() + row * (net_.hidden + 1);
    for (std::size_t u = 0; u < net_.hidden; ++u) to[u] = w_out[row * net_.hidden + u];
    to[net_.hidden] = b_out[row];
  }
}

/// [unit][1 + inputs + H][gate] of layer 0, with the columns that the LSTM does not have.
void PackedController::insert_read_inputs(std::span<const float> phi) {
  const std::size_t hidden = net_.hidden, inputs = net_.inputs, reads = spec_.reads(), own = inputs - reads;
  const float* w_ih = &phi[layout_[0].offset];
  for (std::size_t u = 0; u < hidden; ++u) {
    const float* from = lstm_.net().forward[0] + u * (1 + own + hidden) * 4;
    float* to = first_layer_.data() + u * (1 + inputs + hidden) * 4;
    std::copy_n(from, (1 + own) * 4, to);
    std::copy_n(from + (1 + own) * 4, hidden * 4, to + (1 + inputs) * 4);
    for (std::size_t m = 0; m < reads; ++m) {
      for (std::size_t gate = 0; gate < 4; ++gate) {
        const float value = w_ih[(gate * hidden + u) * inputs + own + m];
        to[(1 + own + m) * 4 + gate] = static_cast<float>(kGateScale[gate] * static_cast<double>(value));
      }
    }
  }
}

void PackedController::pack_input_weights(std::span<const float> phi) {
  const std::size_t hidden = net_.hidden, inputs = net_.inputs, reads = spec_.reads(), own = inputs - reads;
  const float* w_ih = &phi[layout_[0].offset];
  input_weights_.zero();
  for (std::size_t m = 0; m < inputs; ++m) {
    const std::size_t column = m < reads ? own + m : m - reads;
    for (std::size_t u = 0; u < hidden; ++u)
      for (std::size_t gate = 0; gate < 4; ++gate)
        input_weights_.data()[((m / 4 * hidden + u) * 4 + gate) * 4 + m % 4] =
            w_ih[(gate * hidden + u) * inputs + column];
  }
}

void PackedController::add_gradient(std::span<const double> gradient, std::span<double> dphi) const {
  const std::size_t hidden = net_.hidden, reads = spec_.reads(), own = net_.inputs - reads;
  const std::size_t stride = net_.padded_rows();
  // The LSTM's part by its own means, without the columns of the read inputs.
  const auto first_read = gradient.begin() + static_cast<std::ptrdiff_t>(own * stride);
  std::vector<double> packed(gradient.begin(), first_read), lstm(lstm_index_.size());
  packed.insert(packed.end(), first_read + static_cast<std::ptrdiff_t>(reads * stride), gradient.end());
  lstm_.add_gradient(packed.data(), lstm);
  for (std::size_t k = 0; k < lstm.size(); ++k) dphi[lstm_index_[k]] += lstm[k];
  for (std::size_t m = 0; m < reads; ++m)
    for (std::size_t u = 0; u < hidden; ++u)
      for (std::size_t gate = 0; gate < 4; ++gate)
        dphi[layout_[0].offset + (gate * hidden + u) * net_.inputs + own + m] +=
            gradient[(own + m) * stride + 4 * u + gate];
  const double* rows = gradient.data() + gradient.size() - spec_.outputs() * (hidden + 1);
  for (std::size_t row = 1; row < spec_.outputs(); ++row) {  // the update's row is the LSTM's
    const double* from = rows + row * (hidden + 1);
    double* w_out = &dphi[layout_[layout_.size() - 2].offset + row * hidden];
    for (std::size_t u = 0; u < hidden; ++u) w_out[u] += from[u];
    dphi[layout_.back().offset + row] += from[hidden];
  }
}

}  // namespace l2l
