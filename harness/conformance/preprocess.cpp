// Appendix A. In double the reference's function is called; in float it is only there inside the vector
// kernels, so an LSTM whose output gives its input away is stepped instead.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "harness/conformance/golden.hpp"
#include "optimizers/lstm.hpp"
#include "optimizers/lstm_reference.hpp"

namespace l2l {
namespace {

constexpr std::size_t kInputs = 2;

// One hidden unit with its gates wide open: out = tanh(tanh(small * input)) / small, inverted afterwards. The
// kernels' rounding comes back divided by small, which therefore suits the size of the inputs.
xt::xtensor<double, 1> read_input(const LstmSpec& spec, std::size_t which, std::span<const float> gradients,
                                  float small) {
  constexpr float kOpen = 30, kShut = -30;
  enum Gate : std::size_t { i, f, g, o };
  std::vector<float> phi(phi_size(spec), 0.0F);
  auto outputs = xt::xtensor<float, 1>::from_shape({gradients.size()});
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
  return xt::atanh(xt::atanh(xt::cast<double>(outputs) * scale)) / scale;
}

// (gradients, inputs).
xt::xtensor<double, 2> read_inputs(const LstmSpec& preprocessing, std::span<const float> gradients) {
  constexpr float kForLarge = 0x1p-8F, kForSmall = 0x1p-2F;
  constexpr double kSmallInput = 2;
  LstmSpec spec = preprocessing;
  spec.layers = spec.hidden = 1;
  auto inputs = xt::xtensor<double, 2>::from_shape({gradients.size(), kInputs});
  for (std::size_t which = 0; which < kInputs; ++which) {
    const xt::xtensor<double, 1> rough = read_input(spec, which, gradients, kForLarge);
    const xt::xtensor<double, 1> fine = read_input(spec, which, gradients, kForSmall);
    xt::col(inputs, which) = xt::where(xt::abs(rough) < kSmallInput, fine, rough);
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
  const auto gradients = file.tensor<1>("grad", "(gradients)");
  const std::size_t n = gradients.size();
  for (const auto& [key, unused] : file.json().items()) {
    const auto p = p_of(key);
    if (!p) continue;
    const xt::xtensor<double, 2> expected = tensor_of<double, 2>(file.array(key, {n, kInputs}));
    LstmSpec spec;
    spec.preprocessing = Preprocessing::log_and_sign;
    spec.p = *p;
    replay.record<double>(
        key,
        entrywise_error(preprocess_gradients(spec, gradients), expected, std::numeric_limits<double>::min()),
        tolerances::kPreprocessing);
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < n; ++i)
      if (fits_float(gradients(i), *p)) fitting.push_back(i);
    const xt::xtensor<float, 1> in_float = xt::cast<float>(xt::view(gradients, xt::keep(fitting)));
    const xt::xtensor<double, 2> expected_in_float = xt::view(expected, xt::keep(fitting));
    const std::size_t left_out = n - fitting.size();
    replay.record<float>(left_out == 0 ? key : fmt::format("{} ({} beyond float left out)", key, left_out),
                         entrywise_error(read_inputs(spec, in_float), expected_in_float, 1.0),
                         tolerances::kPreprocessing);
  }
}

}  // namespace l2l
