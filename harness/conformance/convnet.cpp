#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/golden.hpp"
#include "harness/conformance/network.hpp"
#include "optimizees/convnet.hpp"

namespace l2l {
namespace {

struct GoldenConvNet {
  xt::xtensor<double, 4> x;  // (batch, channels, rows, columns)
  ConvNetShape shape;
  std::vector<GoldenParameter> parameters;
  std::vector<double> theta;
  std::vector<std::uint8_t> labels;
};

/// Keys of the parameters in the order of theta: conv0_w, conv0_b, bn0_gamma, bn0_beta, ..., fc0_w, ...
std::vector<GoldenParameter> parameters_of(const ConvNetShape& shape) {
  std::vector<GoldenParameter> parameters;
  std::size_t normalised = 0;
  const std::size_t convolutions = shape.convolutions.size();
  const std::vector<ConvNetShape::Layer> layers = shape.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const ConvNetShape::Layer& layer = layers[l];
    const std::string name =
        layer.convolution ? fmt::format("conv{}", l) : fmt::format("fc{}", l - convolutions);
    std::vector<std::size_t> weights = {layer.out, layer.in};
    if (layer.convolution) weights.insert(weights.end(), 2, shape.convolutions[l].kernel);
    parameters.push_back({name + "_w", layer.weights, weights});
    if (layer.bias) parameters.push_back({name + "_b", *layer.bias, {layer.out}});
    if (layer.gamma) parameters.push_back({fmt::format("bn{}_gamma", normalised), *layer.gamma, {layer.out}});
    if (layer.beta) parameters.push_back({fmt::format("bn{}_beta", normalised++), *layer.beta, {layer.out}});
  }
  return parameters;
}

std::vector<std::size_t> weights_shape(const GoldenObject& params, const std::string& key,
                                       std::size_t dimensions) {
  const NdArray weights = params.array(key);
  if (weights.shape.size() != dimensions || doubles(weights).empty())
    params.fail(
        key, fmt::format("{} dimensions expected, not the shape {}", dimensions, shape_text(weights.shape)));
  return weights.shape;
}

GoldenConvNet read_convnet(const GoldenObject& file) {
  GoldenConvNet golden;
  ConvNetShape& shape = golden.shape;
  const GoldenObject cfg = file.object("cfg"), params = file.object("params");
  golden.x = file.tensor<4>("x", "(batch, channels, rows, columns)");
  shape.channels = golden.x.shape(1);
  shape.rows = golden.x.shape(2);
  shape.columns = golden.x.shape(3);
  shape.epsilon = cfg.number_or("bn_eps", shape.epsilon);
  shape.bias = cfg.number_or("bias_before_bn", params.has("conv0_b") ? 1 : 0) != 0;
  shape.scale = params.has("bn0_gamma");
  const double padding = cfg.number("padding");
  if (!(padding >= 0 && padding <= 1000)) cfg.fail("padding", fmt::format("{}", padding));
  std::size_t in = shape.channels, rows = shape.rows, columns = shape.columns;
  for (std::size_t l = 0; params.has(fmt::format("conv{}_w", l)); ++l) {
    const std::string key = fmt::format("conv{}_w", l);
    const std::vector<std::size_t> weights = weights_shape(params, key, 4);
    const ConvLayer layer{weights[0], weights[2], static_cast<std::size_t>(padding), 2};
    const std::size_t border = 2 * layer.padding + 1;
    if (weights[1] != in || weights[2] != weights[3])
      params.fail(
          key, fmt::format("shape {}; {} channels in and square kernels expected", shape_text(weights), in));
    if (layer.kernel >= rows + border || layer.kernel >= columns + border)
      params.fail(key, fmt::format("a kernel of {} on images of {} x {}", layer.kernel, rows, columns));
    rows = (rows + border - layer.kernel) / layer.pool;
    columns = (columns + border - layer.kernel) / layer.pool;
    if (rows == 0 || columns == 0) params.fail(key, "nothing is left of the image after pooling");
    in = layer.channels;
    shape.convolutions.push_back(layer);
  }
  in *= rows * columns;
  std::vector<std::size_t> units;
  for (std::size_t l = 0; params.has(fmt::format("fc{}_w", l)); ++l) {
    const std::string key = fmt::format("fc{}_w", l);
    const std::vector<std::size_t> weights = weights_shape(params, key, 2);
    if (weights[1] != in) params.fail(key, fmt::format("{} inputs, the layer before has {}", weights[1], in));
    in = weights[0];
    units.push_back(in);
  }
  if (units.empty()) params.fail("fc0_w", "missing");
  shape.classes = units.back();
  units.pop_back();
  shape.hidden = units;
  golden.labels = read_labels(file, shape.classes);
  if (golden.labels.size() != golden.x.shape(0))
    file.fail("labels", fmt::format("{} for {} images", golden.labels.size(), golden.x.shape(0)));
  golden.parameters = parameters_of(shape);
  for (const GoldenParameter& parameter : golden.parameters) {
    const NdArray values = params.array(parameter.key, parameter.shape);
    golden.theta.insert(golden.theta.end(), doubles(values).begin(), doubles(values).end());
  }
  return golden;
}

template <class Real>
void replay_convnet_in(const GoldenObject& file, const GoldenConvNet& golden, GoldenReplay& replay) {
  const xt::xtensor<Real, 4> x = xt::cast<Real>(golden.x);
  const std::vector<Real> images = interleaved<Real>(golden.shape, x);
  ConvNetNetwork<Real> network(golden.shape, golden.labels.size());
  replay_network<Real>(file, network, golden.theta, images, golden.labels, golden.parameters,
                       tolerances::kConvNet, replay);
}

}  // namespace

void replay_convnet(const GoldenObject& file, GoldenReplay& replay) {
  const GoldenConvNet golden = read_convnet(file);
  replay_convnet_in<double>(file, golden, replay);
  replay_convnet_in<float>(file, golden, replay);
}

}  // namespace l2l
