// Convolutional networks as a suite names them.
#include <algorithm>

#include "optimizees/convnet.hpp"
#include "optimizees/kind_of.hpp"
#include "optimizees/labelled_settings.hpp"

namespace l2l {
namespace {

/// Convolutions do more than twice the FLOP a second that plans assume of everything else: decision 0009.
constexpr double kConvolutionWeight = 0.45;

struct ConvNetSettings : LabelledSettings {
  ConvNetSettings() { dataset = "cifar10"; }

  std::vector<ConvLayer> convolutions = {3, ConvLayer{}};
  std::vector<std::size_t> hidden = {32};
  bool bias = true;
  bool batch_norm_scale = false;
};

}  // namespace

template <>
const Fields<ConvLayer>& fields() {
  static const Fields<ConvLayer> described = {
      field("channels", &ConvLayer::channels, schema::integer(1, 1'000), "that come out of it"),
      field("kernel", &ConvLayer::kernel, schema::integer(1, 100), "its height and width"),
      field("padding", &ConvLayer::padding, schema::integer(0, 100), "zeros on every side of the image"),
      field("pool", &ConvLayer::pool, schema::integer(1, 100),
            "height, width and stride of max pooling; 1: none")};
  return described;
}

template <>
const Fields<ConvNetSettings>& fields() {
  using S = ConvNetSettings;
  static const Fields<S> described = {
      data_fields(),
      field("convolutions", &S::convolutions, schema::list(fields<ConvLayer>().node(), 1, kMostLayers),
            "each with batch normalisation, ReLU and max pooling"),
      field("hidden", &S::hidden, schema::list(schema::integer(1, 10'000), 0, kMostLayers),
            "units of fully connected layers before the read-out, each with batch normalisation and ReLU"),
      field("bias", &S::bias, "whether layers with batch normalisation have one (it is normalised away)"),
      field("batch_norm_scale", &S::batch_norm_scale,
            "whether batch normalisation has gamma, which starts at 1, beside beta"),
      minibatch_fields()};
  return described;
}

namespace {

ConvNetShape network_of(const ConvNetSettings& settings) {
  const ImageSize& image = settings.entry().image;
  ConvNetShape shape;
  shape.rows = image.rows;
  shape.columns = image.columns;
  shape.channels = image.channels;
  shape.convolutions = settings.convolutions;
  shape.hidden = settings.hidden;
  shape.classes = settings.classes();
  shape.bias = settings.bias;
  shape.scale = settings.batch_norm_scale;
  return shape;
}

/// A convolution that leaves nothing of the image.
std::optional<SettingsComplaint> convolution_complaint(const ConvNetSettings& settings) {
  auto [rows, columns, channels] = settings.entry().image;
  for (std::size_t l = 0; l < settings.convolutions.size(); ++l) {
    const ConvLayer& layer = settings.convolutions[l];
    const std::size_t padded = 2 * layer.padding + 1;
    if (std::min(rows, columns) + padded < layer.kernel + layer.pool)
      return SettingsComplaint{
          fmt::format("convolutions.{}", l),
          fmt::format("convolutions[{}]: nothing is left of {} x {} pixels after a kernel of {} with padding "
                      "{} and pooling by {}",
                      l, rows, columns, layer.kernel, layer.padding, layer.pool)};
    rows = (rows + padded - layer.kernel) / layer.pool;
    columns = (columns + padded - layer.kernel) / layer.pool;
  }
  return std::nullopt;
}

class ConvNetKind final : public KindOf<ConvNetSettings> {
 public:
  ConvNetKind() : KindOf("convnet", "cross-entropy of a convolutional network", /*version=*/1) {}

 private:
  std::optional<SettingsComplaint> complaint_about(const ConvNetSettings& settings) const override {
    if (auto complaint = convolution_complaint(settings)) return complaint;
    return data_complaint(settings);
  }
  std::vector<std::string> datasets_of(const ConvNetSettings& settings) const override {
    return {settings.dataset};
  }
  OptimizeeShape shape_of(const ConvNetSettings& settings) const override {
    const ConvNetShape shape = network_of(settings);
    return {.groups = shape.groups(),
            .gradient_flop = convnet_gradient_flop(shape, settings.batch),
            .function_bytes = convnet_bytes(shape, settings.batch),
            .flop_weight = kConvolutionWeight};
  }
  std::shared_ptr<const OptimizeeFamily> family_of(const ConvNetSettings& settings,
                                                   const std::string& identity) const override {
    ConvNetFamilyOptions options;
    set_data(options, settings, identity);
    options.convolutions = settings.convolutions;
    options.hidden = settings.hidden;
    options.bias = settings.bias;
    options.scale = settings.batch_norm_scale;
    return make_convnet_family(options);
  }
};

}  // namespace

std::unique_ptr<const OptimizeeKind> convnet_kind() {
  return std::make_unique<ConvNetKind>();
}

}  // namespace l2l
