#include "optimizers/architectures/controller.hpp"

#include "optimizers/coupled_simd.hpp"
#include "optimizers/lstm.hpp"
#include "optimizers/lstm_reference.hpp"
#include "optimizers/lstm_simd.hpp"

namespace l2l {

template <>
std::unique_ptr<CoordinatewiseLstm<double>> make_lstm(const LstmSpec& spec) {
  return make_reference_lstm(spec);
}
template <>
std::unique_ptr<CoordinatewiseLstm<float>> make_lstm(const LstmSpec& spec) {
  return make_simd_lstm(spec);
}

template <>
std::unique_ptr<CoupledArchitecture<double>> make_coupled(const ArchitectureSpec& spec) {
  return make_reference_architecture(spec);
}
template <>
std::unique_ptr<CoupledArchitecture<float>> make_coupled(const ArchitectureSpec& spec) {
  return make_simd_coupled(spec);
}

namespace {

constexpr double kTranscendental = 20;  // FLOP of one tanh or sigmoid in the kernels

/// h and c of every layer; where coordinates are coupled also what layers hand each other between two steps.
double state_bytes_of(const ArchitectureSpec& spec) {
  if (spec.is_coordinatewise()) return sizeof(float) * 2.0 * spec.lstm.layers * spec.lstm.hidden;
  return coupled_bytes_per_coordinate(spec, 0);
}

/// A coordinatewise LSTM goes back block by block, with the state twice and its gradients; the others, and
/// those whose dashed edges are kept, record every step (of the latter also theta and gradients).
double training_bytes_of(const ArchitectureSpec& spec, std::size_t steps, DashedEdges edges) {
  const auto unroll = static_cast<double>(steps);
  const bool kept = edges == DashedEdges::kept;
  if (spec.is_coordinatewise() && !kept) return state_bytes_of(spec) * 2 + sizeof(float) * (unroll + 4);
  return coupled_bytes_per_coordinate(spec, steps) + (kept ? sizeof(float) * (2 * unroll + 4) : 0.0);
}

template <class Real>
std::unique_ptr<LearnedArchitecture<Real>> make_controller(const ArchitectureSpec& spec) {
  if (spec.is_coordinatewise()) return make_lstm<Real>(spec.lstm);
  return make_coupled<Real>(spec);
}

}  // namespace

double controller_flop(const ArchitectureSpec& spec) {
  const double hidden = spec.lstm.hidden;
  double flop = 2 * hidden * static_cast<double>(spec.outputs());
  for (int layer = 0; layer < spec.lstm.layers; ++layer) {
    const double inputs = layer == 0 ? static_cast<double>(spec.inputs()) : hidden;
    flop += 8 * hidden * (inputs + hidden) + 5 * kTranscendental * hidden;
  }
  return flop;
}

ArchitectureRow controller_row() {
  ArchitectureRow row{};
  row.flop = [](const ArchitectureSpec& spec, double /*n*/) { return controller_flop(spec); };
  row.state_bytes = state_bytes_of;
  row.training_bytes = training_bytes_of;
  row.in_float = {make_controller<float>, make_coupled<float>};
  row.in_double = {make_controller<double>, make_coupled<double>};
  return row;
}

}  // namespace l2l
