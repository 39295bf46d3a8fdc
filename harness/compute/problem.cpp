#include "harness/compute/problem.hpp"

#include <fmt/format.h>

#include "datasets/catalog.hpp"
#include "datasets/label_subset.hpp"
#include "harness/plan/plan.hpp"
#include "optimizees/convnet.hpp"
#include "optimizees/mlp.hpp"
#include "optimizees/quadratic.hpp"

namespace l2l {
namespace {

const Split& split_of(const OptimizeeSpec& spec, Role role) {
  switch (role) {
    case Role::train:
      return spec.train;
    case Role::validation:
    case Role::tune:
      return spec.validation;
    case Role::test:
      return spec.test;
  }
  L2L_CHECK(false, "role={}", static_cast<int>(role));
}

ExampleRange examples_of(const OptimizeeSpec& spec, Role role) {
  const Split& split = split_of(spec, role);
  const std::shared_ptr<const ImageDataset> data = load_dataset(spec.dataset, split.part);
  const auto count = static_cast<std::int64_t>(data->count);
  if (split.begin < 0 || split.begin >= split.end || split.end > count)
    throw Error(ErrorCode::suite,
                fmt::format("the {} split of optimizee '{}' is examples [{}, {}) of {}/{}, which has {}",
                            role == Role::tune ? "validation" : to_string(role), spec.name, split.begin,
                            split.end, spec.dataset, split.part, count),
                fmt::format("0 <= begin < end <= {}", count));
  ExampleRange range{data, static_cast<std::size_t>(split.begin), static_cast<std::size_t>(split.end)};
  if (!spec.labels.empty()) range.subset = make_label_subset(*data, range.begin, range.end, spec.labels);
  return range;
}

}  // namespace

int classes_of(const OptimizeeSpec& spec) {
  return spec.labels.empty() ? catalog_entry(spec.dataset).classes : static_cast<int>(spec.labels.size());
}

ConvNetShape convnet_shape(const OptimizeeSpec& spec) {
  const ImageSize image = catalog_entry(spec.dataset).image;
  ConvNetShape shape;
  shape.rows = image.rows;
  shape.columns = image.columns;
  shape.channels = image.channels;
  for (const ConvLayerSpec& layer : spec.convolutions)
    shape.convolutions.push_back(
        {static_cast<std::size_t>(layer.channels), static_cast<std::size_t>(layer.kernel),
         static_cast<std::size_t>(layer.padding), static_cast<std::size_t>(layer.pool)});
  shape.hidden.assign(spec.hidden.begin(), spec.hidden.end());
  shape.classes = static_cast<std::size_t>(classes_of(spec));
  shape.bias = spec.bias;
  shape.scale = spec.batch_norm_scale;
  return shape;
}

std::shared_ptr<const OptimizeeFamily> make_family(const OptimizeeSpec& spec) {
  const std::string identity = canonical(spec).dump();
  if (spec.kind == OptimizeeKind::quadratic) {
    QuadraticFamilyOptions options;
    options.identity = identity;
    options.dimension = static_cast<std::size_t>(spec.dimension);
    options.distribution = spec.distribution;
    options.condition = spec.condition;
    options.init_stddev = spec.init_stddev;
    return make_quadratic_family(options);
  }
  const auto set_common = [&](LabelledFamilyOptions& options) {
    options.identity = identity;
    options.batch = static_cast<std::size_t>(spec.batch);
    options.init_stddev = spec.init_stddev;
    for (const Role role : {Role::train, Role::validation, Role::tune, Role::test})
      options.examples[static_cast<std::size_t>(role)] = examples_of(spec, role);
  };
  if (spec.kind == OptimizeeKind::mlp) {
    MlpFamilyOptions options;
    set_common(options);
    options.hidden.assign(spec.hidden.begin(), spec.hidden.end());
    options.activation = spec.activation;
    return make_mlp_family(options);
  }
  ConvNetFamilyOptions options;
  set_common(options);
  const ConvNetShape shape = convnet_shape(spec);
  options.convolutions = shape.convolutions;
  options.hidden = shape.hidden;
  options.bias = shape.bias;
  options.scale = shape.scale;
  return make_convnet_family(options);
}

}  // namespace l2l
