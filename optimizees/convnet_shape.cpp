#include "optimizees/convnet_shape.hpp"

#include "core/error.hpp"
#include "optimizees/normalised_activation.hpp"

namespace l2l {

std::vector<ConvolutionShape> ConvNetShape::convolution_shapes(std::size_t batch) const {
  std::vector<ConvolutionShape> shapes;
  ConvolutionShape next{batch, rows, columns, channels, 0, 0, 0};
  for (const ConvLayer& layer : convolutions) {
    next.out = layer.channels;
    next.kernel = layer.kernel;
    next.padding = layer.padding;
    L2L_CHECK(layer.channels >= 1 && layer.kernel >= 1 && layer.pool >= 1 &&
                  next.rows + 2 * layer.padding >= layer.kernel &&
                  next.columns + 2 * layer.padding >= layer.kernel,
              "convolution {} of {}x{}: channels={} kernel={} padding={} pool={}", shapes.size(), next.rows,
              next.columns, layer.channels, layer.kernel, layer.padding, layer.pool);
    shapes.push_back(next);
    next.rows = next.out_rows() / layer.pool;
    next.columns = next.out_columns() / layer.pool;
    next.in = layer.channels;
    L2L_CHECK(next.rows >= 1 && next.columns >= 1,
              "nothing is left of the image after convolution {}, pool={}", shapes.size() - 1, layer.pool);
  }
  return shapes;
}

std::size_t ConvNetShape::flat() const {
  L2L_CHECK(!convolutions.empty(), "no convolutions");
  const ConvolutionShape last = convolution_shapes(1).back();
  const std::size_t pool = convolutions.back().pool;
  return last.out * (last.out_rows() / pool) * (last.out_columns() / pool);
}

std::vector<ConvNetShape::Layer> ConvNetShape::layers() const {
  std::vector<Layer> layers;
  std::size_t offset = 0;
  const auto take = [&](std::size_t count) {
    const std::size_t begin = offset;
    offset += count;
    return begin;
  };
  const auto add = [&](bool convolution, std::size_t in, std::size_t out, std::size_t weights,
                       bool normalised) {
    Layer layer;
    layer.convolution = convolution;
    layer.in = in;
    layer.out = out;
    layer.weights = take(weights);
    if (bias || !normalised) layer.bias = take(out);
    if (scale && normalised) layer.gamma = take(out);
    if (normalised) layer.beta = take(out);
    layer.end = offset;
    layers.push_back(layer);
  };
  for (const ConvolutionShape& shape : convolution_shapes(1))
    add(true, shape.in, shape.out, shape.weights(), true);
  std::size_t in = flat();
  for (const std::size_t units : hidden) {
    add(false, in, units, in * units, true);
    in = units;
  }
  add(false, in, classes, in * classes, false);
  return layers;
}

std::vector<ParameterGroup> ConvNetShape::groups() const {
  std::vector<ParameterGroup> groups;
  for (const Layer& layer : layers()) {
    const std::string kind = layer.convolution ? "conv" : "fc";
    const auto add = [&](const char* what, std::optional<std::size_t> begin) {
      if (begin) groups.push_back({kind + what, *begin, *begin + layer.out, "fc"});
    };
    groups.push_back({kind, layer.weights,
                      layer.bias.value_or(layer.gamma.value_or(layer.beta.value_or(layer.end))), "",
                      layer.out});
    add("-biases", layer.bias);
    add("-batch-norm", layer.gamma);
    add("-batch-norm", layer.beta);
  }
  return groups;
}

double convnet_gradient_flop(const ConvNetShape& shape, std::size_t batch) {
  double products = 0;  // the input image needs no gradient
  for (const ConvolutionShape& c : shape.convolution_shapes(1))
    products +=
        (products == 0 ? 2.0 : 3.0) * static_cast<double>(c.weights() * c.out_rows() * c.out_columns());
  for (const ConvNetShape::Layer& layer : shape.layers())
    if (!layer.convolution) products += 3.0 * static_cast<double>(layer.in * layer.out);
  return 2.0 * static_cast<double>(batch) * products;
}

std::size_t convnet_bytes(const ConvNetShape& shape, std::size_t batch) {
  std::size_t values = shape.inputs() + 2 * shape.flat() + 2 * shape.classes;
  const std::vector<ConvolutionShape> convolutions = shape.convolution_shapes(1);
  for (std::size_t l = 0; l < convolutions.size(); ++l) {
    const ConvolutionShape& c = convolutions[l];
    const ActivationShape image{1, c.out_rows(), c.out_columns(), c.out, shape.convolutions[l].pool};
    values += image.inputs() + 3 * image.outputs();
  }
  for (const std::size_t units : shape.hidden) values += 4 * units;
  return sizeof(float) * (batch * values + 2 * shape.parameters());
}

}  // namespace l2l
