// Replaying the loss and the gradients of a network on one minibatch: MLP and ConvNet.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <xtensor/xmanipulation.hpp>

#include "core/error.hpp"
#include "harness/conformance/golden.hpp"

namespace l2l {

/// An array of theta and of the gradient.
struct GoldenParameter {
  std::string key;         ///< in `params` and `grads`
  std::size_t offset = 0;  ///< in theta
  std::vector<std::size_t> shape;
};

/// A gradient this small beside the largest of its file is 0 but for rounding (what batch normalisation takes
/// out again): it is compared beside that largest one.
inline constexpr double kVanishingGradient = 1e-10;

/// `labels` (batch), each below `classes`.
std::vector<std::uint8_t> read_labels(const GoldenObject& file, std::size_t classes);

/// Compares `logits` (batch, classes), `loss` and `grads`, as far as the file has them.
/// @tparam Network  MlpNetwork<Real> or ConvNetNetwork<Real>
template <class Real, class Network>
void replay_network(const GoldenObject& file, Network& network, std::span<const double> theta_values,
                    std::span<const Real> x, std::span<const std::uint8_t> labels,
                    std::span<const GoldenParameter> parameters, const Tolerance& tolerance,
                    GoldenReplay& replay) {
  const std::vector<Real> theta(theta_values.begin(), theta_values.end());
  const Real loss = network.loss(theta, x, labels);
  if (const auto expected = file.array_if("logits")) {
    const std::span<const Real> by_class = network.logits();
    const std::size_t batch = labels.size(), classes = by_class.size() / batch;
    const xt::xtensor<Real, 2> logits = xt::transpose(shaped<const Real, 2>(by_class, {classes, batch}));
    replay.compare<Real>("logits", logits, doubles(*expected), tolerance);
  }
  if (file.has("loss"))
    replay.compare<Real>("loss", std::vector{loss}, std::vector{file.number("loss")}, tolerance);
  if (!file.has("grads")) return;
  std::vector<Real> gradient(theta.size());
  network.gradient(theta, x, labels, gradient);
  const GoldenObject gradients = file.object("grads");
  std::vector<std::vector<double>> expected;
  double largest = 0;
  for (const GoldenParameter& parameter : parameters) {
    const auto array = gradients.array_if(parameter.key);
    expected.push_back(array ? doubles(*array) : std::vector<double>());
    largest = std::max(largest, largest_magnitude(expected.back()));
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const GoldenParameter& parameter = parameters[p];
    if (!gradients.has(parameter.key)) continue;
    const std::size_t count = size_of(parameter.shape);
    const std::span<const Real> actual = std::span<const Real>(gradient).subspan(parameter.offset, count);
    const std::span<const double> values = expected[p];
    const std::string name = "grads." + parameter.key;
    if (values.size() == count && largest_magnitude(values) < kVanishingGradient * largest)
      replay.record<Real>(name, largest_difference<Real>(actual, values) / largest, tolerance);
    else
      replay.compare<Real>(name, actual, values, tolerance);
  }
}

}  // namespace l2l
