#include <numeric>

#include <fmt/format.h>
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "datasets/dataset.hpp"
#include "datasets/minibatch.hpp"
#include "harness/conformance/golden.hpp"
#include "harness/conformance/network.hpp"
#include "optimizees/mlp_network.hpp"

namespace l2l {
namespace {

struct GoldenMlp {
  MlpShape shape;
  std::vector<double> theta;
  std::vector<std::uint8_t> labels;
};

GoldenMlp read_mlp(const GoldenObject& file) {
  GoldenMlp golden;
  const GoldenObject cfg = file.object("cfg"), params = file.object("params");
  const std::string activation = cfg.text("activation");
  if (activation == "sigmoid")
    golden.shape.activation = Activation::sigmoid;
  else if (activation == "tanh")
    golden.shape.activation = Activation::tanh;
  else if (activation == "relu")
    golden.shape.activation = Activation::relu;
  else
    cfg.fail("activation", fmt::format("'{}'; sigmoid, tanh and relu are known", activation));

  for (std::size_t l = 0; params.has(fmt::format("W{}", l)); ++l) {
    const std::string key = fmt::format("W{}", l);
    const auto weights = params.tensor<2>(key, "(out, in)");
    if (l == 0) golden.shape.widths.push_back(weights.shape(1));
    if (weights.shape(1) != golden.shape.widths.back())
      params.fail(key, fmt::format("{} inputs, the layer before has {} units", weights.shape(1),
                                   golden.shape.widths.back()));
    golden.shape.widths.push_back(weights.shape(0));
    const NdArray biases = params.array(fmt::format("b{}", l), {weights.shape(0)});
    golden.theta.insert(golden.theta.end(), weights.begin(), weights.end());
    golden.theta.insert(golden.theta.end(), doubles(biases).begin(), doubles(biases).end());
  }
  if (golden.shape.widths.size() < 2) params.fail("W0", "missing");
  if (cfg.has("dims") && cfg.json()["dims"] != nlohmann::json(golden.shape.widths))
    cfg.fail("dims", fmt::format("{}, but the parameters have {}", cfg.json()["dims"].dump(),
                                 shape_text(golden.shape.widths)));
  golden.labels = read_labels(file, golden.shape.classes());
  return golden;
}

template <class Real>
void replay_mlp_in(const GoldenObject& file, const GoldenMlp& golden, std::span<const Real> x,
                   GoldenReplay& replay) {
  std::vector<GoldenParameter> parameters;
  const std::vector<ParameterGroup> groups = golden.shape.groups();
  for (std::size_t g = 0; g < groups.size(); ++g)
    parameters.push_back({fmt::format("{}{}", g % 2 == 0 ? "W" : "b", g / 2),
                          groups[g].begin,
                          {groups[g].end - groups[g].begin}});
  MlpNetwork<Real> network(golden.shape, golden.labels.size());
  replay_network<Real>(file, network, golden.theta, x, golden.labels, parameters, tolerances::kMlp, replay);
}

template <class Real>
void replay_on_mnist(const GoldenObject& file, const GoldenMlp& golden, const ImageDataset& mnist,
                     GoldenReplay& replay) {
  const std::size_t batch = golden.labels.size();
  std::vector<std::uint32_t> first(batch);
  std::iota(first.begin(), first.end(), 0U);
  std::vector<Real> x(batch * mnist.features());
  std::vector<std::uint8_t> labels(batch);
  gather_minibatch<Real>(mnist, first, x, labels);
  replay.compare<Real>("labels", std::vector<Real>(labels.begin(), labels.end()),
                       std::vector<double>(golden.labels.begin(), golden.labels.end()), tolerances::kExact);
  const auto pixels = shaped<const std::uint8_t, 2>(mnist.pixels, {mnist.count, mnist.features()});
  const xt::xtensor<Real, 1> sums = xt::sum<double>(xt::view(pixels, xt::range(0, batch)), {1});
  replay.compare_if<Real>(file, "pixel_sum_per_image", sums, tolerances::kExact);
  replay_mlp_in<Real>(file, golden, x, replay);
}

}  // namespace

void replay_mlp(const GoldenObject& file, GoldenReplay& replay) {
  const GoldenMlp golden = read_mlp(file);
  if (file.has("x")) {
    const NdArray x = file.array("x", {golden.labels.size(), golden.shape.inputs()});
    replay_mlp_in<double>(file, golden, doubles(x), replay);
    replay_mlp_in<float>(file, golden, tensor_of<float, 2>(x), replay);
    return;
  }
  const std::shared_ptr<const ImageDataset> mnist = load_dataset("mnist", "train");
  if (golden.shape.inputs() != mnist->features() || golden.labels.size() > mnist->count)
    file.fail("params.W0",
              fmt::format("{} inputs; without x the images of MNIST are meant", golden.shape.inputs()));
  replay_on_mnist<double>(file, golden, *mnist, replay);
  replay_on_mnist<float>(file, golden, *mnist, replay);
}

}  // namespace l2l
