#include "optimizers/lstm_spec.hpp"

#include "core/error.hpp"

namespace l2l {

std::vector<PhiArray> phi_layout(const LstmSpec& spec) {
  return phi_layout(spec, static_cast<std::size_t>(spec.inputs()), 1);
}

std::vector<PhiArray> phi_layout(const LstmSpec& spec, std::size_t inputs, std::size_t outputs) {
  L2L_CHECK(spec.layers >= 1 && spec.layers <= 3, "layers={}", spec.layers);
  L2L_CHECK(spec.hidden >= 1 && spec.hidden <= 128, "hidden={}", spec.hidden);
  const auto hidden = static_cast<std::size_t>(spec.hidden);
  std::vector<PhiArray> arrays;
  std::size_t offset = 0;
  const auto add = [&](std::string name, std::vector<std::size_t> shape) {
    std::size_t size = 1;
    for (const std::size_t extent : shape) size *= extent;
    arrays.push_back({std::move(name), std::move(shape), offset, size});
    offset += size;
  };
  for (int layer = 0; layer < spec.layers; ++layer) {
    const std::string index = std::to_string(layer);
    add("W_ih" + index, {4 * hidden, layer == 0 ? inputs : hidden});
    add("W_hh" + index, {4 * hidden, hidden});
    add("b" + index, {4 * hidden});
  }
  add("W_out", {outputs, hidden});
  add("b_out", {outputs});
  return arrays;
}

std::size_t phi_size(const LstmSpec& spec) {
  const std::vector<PhiArray> arrays = phi_layout(spec);
  return arrays.back().offset + arrays.back().size;
}

}  // namespace l2l
