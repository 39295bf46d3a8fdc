#include "optimizees/convnet.hpp"

namespace l2l {
namespace {

class ConvNetFamily final : public OptimizeeFamily {
 public:
  explicit ConvNetFamily(const ConvNetFamilyOptions& options) : options_(options) {
    const ImageDataset& data = options_.checked_data();
    shape_.rows = data.rows;
    shape_.columns = data.columns;
    shape_.channels = data.channels;
    shape_.convolutions = options_.convolutions;
    shape_.hidden = options_.hidden;
    shape_.classes = options_.classes();
    shape_.bias = options_.bias;
    shape_.scale = options_.scale;
    groups_ = shape_.groups();
  }

  std::size_t dimension() const override { return groups_.back().end; }
  const std::vector<ParameterGroup>& groups() const override { return groups_; }
  std::unique_ptr<Optimizee<float>> sample(Role role, std::uint64_t index) const override {
    std::vector<float> theta = gaussian_theta(options_, role, index, dimension());
    for (const ConvNetShape::Layer& layer : shape_.layers())
      if (layer.gamma) std::fill_n(theta.data() + *layer.gamma, layer.out, 1.0F);
    return std::make_unique<SampledMinibatches<ConvNetNetwork<float>>>(
        shape_, options_, PixelOrder::interleaved, role, index, std::move(theta));
  }

 private:
  ConvNetFamilyOptions options_;
  ConvNetShape shape_;
  std::vector<ParameterGroup> groups_;
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
  return std::make_shared<ConvNetFamily>(options);
}

}  // namespace l2l
