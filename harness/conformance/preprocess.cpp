// Appendix A. In double the reference's function is called; in float it is only there inside the vector
// kernels, so an LSTM whose output gives its input away is stepped instead.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"
#include "harness/conformance/golden.hpp"
#include "optimizers/lstm.hpp"
#include "optimizers/lstm_reference.hpp"

namespace l2l {
namespace {

constexpr std::size_t kInputs = 2;

// One hidden unit with its gates wide open: out = tanh(tanh(small * input)) / small, inverted afterwards. The
// kernels' rounding comes back divided by small, which therefore suits the size of the inputs.
std::vector<double> read_input(const LstmSpec& spec, std::size_t which, std::span<const float> gradients,
                               float small) {
  constexpr float kOpen = 30, kShut = -30;
  enum Gate : std::size_t { i, f, g, o };
  std::vector<float> phi(phi_size(spec), 0.0F), outputs(gradients.size());
  const auto set = [&](const char* name, std::size_t index, float value) {
    for (const PhiArray& array : phi_layout(spec))
      if (array.name == name) phi[array.offset + index] = value;
  };
  set("b0", i, kOpen);
  set("b0", f, kShut);
  set("b0", o, kOpen);
  set("W_ih0", g * kInputs + which, small);
  set("W_out", 0, 1 / small);
  const auto lstm = make_lstm<float>(spec);
  lstm->set_phi(phi);
  lstm->start(gradients.size());
  lstm->step(gradients, outputs);
  const auto scale = static_cast<double>(small);
  std::vector<double> inputs;
  for (const float out : outputs)
    inputs.push_back(std::atanh(std::atanh(static_cast<double>(out) * scale)) / scale);
  return inputs;
}

std::vector<double> read_inputs(const LstmSpec& preprocessing, std::span<const float> gradients) {
  constexpr float kForLarge = 0x1p-8F, kForSmall = 0x1p-2F;
  constexpr double kSmallInput = 2;
  LstmSpec spec = preprocessing;
  spec.layers = spec.hidden = 1;
  std::vector<double> inputs(gradients.size() * kInputs);
  for (std::size_t which = 0; which < kInputs; ++which) {
    const std::vector<double> rough = read_input(spec, which, gradients, kForLarge);
    const std::vector<double> fine = read_input(spec, which, gradients, kForSmall);
    for (std::size_t k = 0; k < gradients.size(); ++k)
      inputs[k * kInputs + which] = std::abs(rough[k]) < kSmallInput ? fine[k] : rough[k];
  }
  return inputs;
}

double entrywise_error(std::span<const double> actual, std::span<const double> expected, double floor) {
  double error = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double e = std::abs(actual[i] - expected[i]) / std::max(std::abs(expected[i]), floor);
    error = std::isfinite(e) ? std::max(error, e) : std::numeric_limits<double>::infinity();
  }
  return error;
}

// The p of a key "out_p<p>".
std::optional<double> p_of(const std::string& key) {
  constexpr std::string_view kPrefix = "out_p";
  if (!key.starts_with(kPrefix)) return std::nullopt;
  double p = 0;
  const char* const end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data() + kPrefix.size(), end, p);
  if (error != std::errc{} || stop != end || !(p > 0)) return std::nullopt;
  return p;
}

// Float cannot hold gradients beyond its range; and the kernels flush those below its normal range to zero,
// which shows where e^p lifts them to more than rounding.
bool fits_float(double gradient, double p) {
  using Limits = std::numeric_limits<float>;
  constexpr double kVisible = 1e-6;
  const double size = std::abs(gradient), tiny = static_cast<double>(Limits::min());
  if (size > static_cast<double>(Limits::max())) return false;
  return size == 0 || size >= tiny || size * std::exp(p) < kVisible;
}

}  // namespace

void replay_preprocessing(const GoldenObject& file, GoldenReplay& replay) {
  const GoldenArray gradients = file.array("grad");
  const std::size_t n = gradients.data.size();
  for (const auto& [key, unused] : file.json().items()) {
    const auto p = p_of(key);
    if (!p) continue;
    const GoldenArray expected = file.array(key, {n, kInputs});
    LstmSpec spec;
    spec.preprocessing = Preprocessing::log_and_sign;
    spec.p = *p;
    std::vector<double> actual(n * kInputs), fitting;
    std::vector<float> in_float;
    for (std::size_t i = 0; i < n; ++i) {
      const double gradient = gradients.data[i];
      preprocess_gradient<double>(spec, gradient, &actual[i * kInputs]);
      if (!fits_float(gradient, *p)) continue;
      in_float.push_back(static_cast<float>(gradient));
      for (std::size_t which = 0; which < kInputs; ++which)
        fitting.push_back(expected.data[i * kInputs + which]);
    }
    replay.record<double>(key, entrywise_error(actual, expected.data, std::numeric_limits<double>::min()),
                          tolerances::kPreprocessing);
    const std::size_t left_out = n - in_float.size();
    replay.record<float>(left_out == 0 ? key : fmt::format("{} ({} beyond float left out)", key, left_out),
                         entrywise_error(read_inputs(spec, in_float), fitting, 1.0),
                         tolerances::kPreprocessing);
  }
}

}  // namespace l2l
