#include "optimizees/convnet.hpp"

namespace l2l {
namespace {

class ConvNetFamily final : public NetworkFamily<ConvNetNetwork<float>, ConvNetShape> {
  using NetworkFamily::NetworkFamily;

  void set_fixed(const ConvNetShape& shape, std::span<float> theta) const override {
    for (const ConvNetShape::Layer& layer : shape.layers())
      if (layer.gamma) std::fill_n(theta.data() + *layer.gamma, layer.out, 1.0F);
  }
};

}  // namespace

template <class Real>
std::vector<Real> interleaved(const ConvNetShape& shape, std::span<const Real> x) {
  const std::size_t pixels = shape.rows * shape.columns, channels = shape.channels;
  L2L_CHECK(x.size() % shape.inputs() == 0, "x={} inputs={}", x.size(), shape.inputs());
  std::vector<Real> result(x.size());
  for (std::size_t b = 0; b < x.size(); b += shape.inputs())
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c) result[b + p * channels + c] = x[b + c * pixels + p];
  return result;
}

template std::vector<float> interleaved(const ConvNetShape&, std::span<const float>);
template std::vector<double> interleaved(const ConvNetShape&, std::span<const double>);

template <class Real>
std::unique_ptr<Optimizee<Real>> make_convnet(const ConvNetShape& shape, std::span<const Real> x,
                                              std::span<const std::uint8_t> labels,
                                              std::span<const Real> theta0) {
  return std::make_unique<FixedMinibatch<ConvNetNetwork<Real>, Real>>(
      shape, std::span<const Real>(interleaved(shape, x)), labels, theta0);
}

template std::unique_ptr<Optimizee<float>> make_convnet(const ConvNetShape&, std::span<const float>,
                                                        std::span<const std::uint8_t>,
                                                        std::span<const float>);
template std::unique_ptr<Optimizee<double>> make_convnet(const ConvNetShape&, std::span<const double>,
                                                         std::span<const std::uint8_t>,
                                                         std::span<const double>);

std::shared_ptr<const OptimizeeFamily> make_convnet_family(const ConvNetFamilyOptions& options) {
  const ImageDataset& data = options.checked_data();
  ConvNetShape shape;
  shape.rows = data.rows;
  shape.columns = data.columns;
  shape.channels = data.channels;
  shape.convolutions = options.convolutions;
  shape.hidden = options.hidden;
  shape.classes = options.classes();
  shape.bias = options.bias;
  shape.scale = options.scale;
  return std::make_shared<ConvNetFamily>(options, std::move(shape), PixelOrder::interleaved);
}

}  // namespace l2l
