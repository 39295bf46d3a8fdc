#include "harness/suite/bind.hpp"

#include <algorithm>
#include <set>

#include "datasets/catalog.hpp"
#include "harness/phi/phi_file.hpp"
#include "harness/suite/resolve.hpp"
#include "harness/suite/spec_names.hpp"

namespace l2l::suite {
namespace {

int as_int(const Value& value, std::string_view key) {
  return static_cast<int>(value.at(key).integer);
}

template <class Enum>
Enum as_enum(const Value& value, std::string_view key) {
  return value_of<Enum>(value.at(key).text);
}

std::string label_or(const Value& value, const std::string& otherwise) {
  const Value* label = value.find("label");
  return label == nullptr ? otherwise : label->text;
}

Split bind_split(const Value& value, const DatasetEntry& dataset, const std::string& what) {
  const Split split{value.at("part").text, value.at("begin").integer, value.at("end").integer};
  if (split.end <= split.begin)
    fail(value.at("end").where, fmt::format("{}: the range [{}, {}) is empty", what, split.begin, split.end));
  const auto examples = static_cast<std::int64_t>(dataset.part(split.part).examples);
  if (split.end > examples)
    fail(value.at("end").where, fmt::format("{}: {} is out of range: {}/{} has {} examples", what, split.end,
                                            dataset.name, split.part, examples));
  return split;
}

void refuse_overlap(const OptimizeeSpec& spec, const Value& splits, const std::string& what) {
  const std::pair<const char*, Split> named[] = {
      {"train", spec.train}, {"validation", spec.validation}, {"test", spec.test}};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < i; ++j) {
      const auto& [name, later] = named[i];
      const auto& [other, earlier] = named[j];
      if (earlier.part == later.part && earlier.begin < later.end && later.begin < earlier.end)
        fail(splits.at(name).where,
             fmt::format("{}.{} [{}, {}) overlaps {} [{}, {})", what, name, later.begin, later.end, other,
                         earlier.begin, earlier.end),
             "what is trained or tuned on must never be tested on");
    }
}

std::vector<int> bind_integers(const Value& list) {
  std::vector<int> integers;
  for (const Value& item : list.items) integers.push_back(static_cast<int>(item.integer));
  return integers;
}

std::vector<int> bind_labels(const Value& value, const DatasetEntry& dataset, const std::string& what) {
  if (value.items.size() == 1)
    fail(value.where, fmt::format("{}: one label leaves nothing to tell apart", what));
  for (const Value& label : value.items)
    if (label.integer >= dataset.classes)
      fail(label.where, fmt::format("{}: {} is out of range: {} has the labels 0 to {}", what, label.integer,
                                    dataset.name, dataset.classes - 1));
  return bind_integers(value);
}

std::vector<ConvLayerSpec> bind_convolutions(const Value& value, const ImageSize& image,
                                             const std::string& what) {
  std::vector<ConvLayerSpec> layers;
  auto rows = static_cast<int>(image.rows), columns = static_cast<int>(image.columns);
  for (const Value& item : value.items) {
    const ConvLayerSpec layer{as_int(item, "channels"), as_int(item, "kernel"), as_int(item, "padding"),
                              as_int(item, "pool")};
    const int grown = 2 * layer.padding + 1 - layer.kernel;
    if (std::min(rows, columns) + grown < layer.pool)
      fail(item.where,
           fmt::format("{}[{}]: nothing is left of {} x {} pixels after a kernel of {} with padding {} "
                       "and pooling by {}",
                       what, layers.size(), rows, columns, layer.kernel, layer.padding, layer.pool));
    rows = (rows + grown) / layer.pool;
    columns = (columns + grown) / layer.pool;
    layers.push_back(layer);
  }
  return layers;
}

void check_order(const Value& value, const std::string& what) {
  if (value.at("low").number >= value.at("high").number)
    fail(value.at("high").where,
         fmt::format("{}: high must be above low ({})", what, value.at("low").number));
}

/// The dashed edges can be kept where f'' is known, and by one phi for all coordinates.
void check_second_derivatives(const Value& training, const OptimizeeSpec& optimizee,
                              const std::vector<std::vector<std::string>>& phi_groups,
                              const std::string& what) {
  const Where& where = training.at("second_derivatives").where;
  const std::string key = what + ".second_derivatives";
  if (optimizee.kind != OptimizeeKind::quadratic)
    fail(where,
         fmt::format("{}: the second derivatives of optimizee '{}', a {}, are not implemented", key,
                     optimizee.name, name_of(optimizee.kind)),
         "train it on a quadratic, or say `second_derivatives: false`");
  if (phi_groups.size() > 1)
    fail(where,
         fmt::format("{}: needs one phi for all coordinates, phi_groups make {}", key, phi_groups.size()),
         "remove phi_groups, or say `second_derivatives: false`");
}

MetaTrainingSpec bind_training(const Value& value, const std::string& what, const Suite& suite) {
  MetaTrainingSpec spec;
  spec.optimizee = resolve(suite.optimizees, value.at("optimizee"), "optimizee").name;
  spec.horizon = as_int(value, "horizon");
  spec.unroll = as_int(value, "unroll");
  if (spec.unroll > spec.horizon)
    fail(value.at("unroll").where,
         fmt::format("{}.unroll: {} is more than the horizon ({})", what, spec.unroll, spec.horizon));
  spec.weights = as_enum<MetaLossWeights>(value, "weights");
  spec.instances = as_int(value, "instances");
  spec.epochs = as_int(value, "epochs");
  spec.horizons_per_epoch = as_int(value, "horizons_per_epoch");
  spec.validation_instances = as_int(value, "validation_instances");
  spec.patience = as_int(value, "patience");
  spec.gradient_clip = value.at("gradient_clip").number;
  spec.second_derivatives = value.at("second_derivatives").boolean;
  spec.final_learning_rate_ratio = value.at("final_learning_rate_ratio").number;
  spec.seeds = as_int(value, "seeds");
  const Value& rate = value.at("learning_rate");
  if (!rate.is(Value::Kind::map)) {
    spec.learning_rate = rate.number;
    return spec;
  }
  const Value& search = rate.at("search");
  check_order(search, what + ".learning_rate.search");
  spec.search_low = search.at("low").number;
  spec.search_high = search.at("high").number;
  spec.search_samples = as_int(search, "samples");
  spec.search_epochs = as_int(search, "epochs");
  return spec;
}

std::vector<std::vector<std::string>> bind_groups(const Value& value, const std::string& what) {
  std::vector<std::vector<std::string>> groups;
  std::set<std::string> seen;
  for (const Value& list : value.items) {
    groups.emplace_back();
    for (const Value& group : list.items) {
      if (!seen.insert(group.text).second)
        fail(group.where, fmt::format("{}: '{}' is given twice", what, group.text));
      groups.back().push_back(group.text);
    }
  }
  return groups;
}

ArchitectureSpec bind_architecture(const Value& value) {
  ArchitectureSpec spec;
  spec.kind = as_enum<Architecture>(value, "architecture");
  spec.lstm.layers = as_int(value, "layers");
  spec.lstm.hidden = as_int(value, "hidden");
  spec.lstm.preprocessing = as_enum<Preprocessing>(value, "preprocessing");
  spec.lstm.p = value.at("p").number;
  spec.lstm.output_scale = value.at("output_scale").number;
  spec.global_cells = as_int(value, "global_cells");
  spec.read_heads = as_int(value, "read_heads");
  spec.write_heads = as_int(value, "write_heads");
  spec.memory_init = value.at("memory_init").number;
  spec.head_init = value.at("head_init").number;
  spec.history = as_int(value, "history");
  return spec;
}

BaselineSpec bind_baseline(const Rule& rule, const Value& value, const std::string& what) {
  BaselineSpec spec;
  spec.rule = rule.name;
  const Value& given = value.at("hyperparameters");
  for (const Entry& entry : given.entries) spec.hyperparameters[entry.key] = entry.value.number;
  const Value& tune = value.at("tune");
  if (tune.is(Value::Kind::boolean)) {
    spec.tune = tune.boolean;
  } else {
    check_order(tune, what + ".tune");
    spec.tune_low = tune.at("low").number;
    spec.tune_high = tune.at("high").number;
    spec.tune_points = as_int(tune, "points");
    spec.tune_instances = as_int(tune, "instances");
  }
  if (spec.tune && given.find(rule.tuned) != nullptr)
    fail(given.at(rule.tuned).where,
         fmt::format("{}: '{}' is tuned, so it cannot be given", what, rule.tuned),
         "remove it, or say `tune: false`");
  return spec;
}

}  // namespace

[[noreturn]] void fail(const Where& where, std::string what, std::string hint) {
  throw Error(ErrorCode::suite, where, std::move(what), std::move(hint));
}

std::string label_of(Architecture kind) {
  switch (kind) {
    case Architecture::lstm:
      return "LSTM";
    case Architecture::lstm_gac:
      return "LSTM+GAC";
    case Architecture::ntm_bfgs:
      return "NTM-BFGS";
    case Architecture::ntm_l_bfgs:
      return "NTM-L-BFGS";
  }
  L2L_CHECK(false, "kind={}", static_cast<int>(kind));
}

OptimizeeSpec bind_optimizee(const std::string& name, const Value& value) {
  OptimizeeSpec spec;
  spec.name = name;
  spec.label = label_or(value, name);
  spec.kind = as_enum<OptimizeeKind>(value, "kind");
  spec.init_stddev = value.at("init_stddev").number;
  if (spec.kind == OptimizeeKind::quadratic) {
    spec.dimension = as_int(value, "dimension");
    spec.distribution = as_enum<QuadraticDistribution>(value, "distribution");
    spec.condition = value.at("condition").number;
    return spec;
  }
  spec.dataset = value.at("dataset").text;
  const DatasetEntry& dataset = catalog_entry(spec.dataset);
  spec.labels = bind_labels(value.at("labels"), dataset, fmt::format("optimizees.{}.labels", name));
  spec.hidden = bind_integers(value.at("hidden"));
  spec.batch = as_int(value, "batch");
  if (spec.kind == OptimizeeKind::mlp) {
    spec.activation = as_enum<Activation>(value, "activation");
  } else {
    spec.convolutions = bind_convolutions(value.at("convolutions"), dataset.image,
                                          fmt::format("optimizees.{}.convolutions", name));
    spec.bias = value.at("bias").boolean;
    spec.batch_norm_scale = value.at("batch_norm_scale").boolean;
  }
  const std::string what = fmt::format("optimizees.{}.split", name);
  const Value& splits = value.at("split");
  spec.train = bind_split(splits.at("train"), dataset, what + ".train");
  spec.validation = bind_split(splits.at("validation"), dataset, what + ".validation");
  spec.test = bind_split(splits.at("test"), dataset, what + ".test");
  refuse_overlap(spec, splits, what);
  return spec;
}

OptimizerSpec bind_optimizer(const std::string& name, const Value& value, const Suite& suite) {
  OptimizerSpec spec;
  spec.name = name;
  const std::string what = "optimizers." + name;
  if (const Rule* rule = find_rule(value.at("kind").text); rule != nullptr) {
    spec.baseline = bind_baseline(*rule, value, what);
    spec.label = label_or(value, rule->label);
    return spec;
  }
  if (value.at("kind").text == "trained") {
    std::string path = value.at("file").text;
    if (const auto kept = kept_phi_file(value.where.file, name); std::filesystem::exists(kept))
      path = std::filesystem::absolute(kept).string();
    const TrainedPhi trained = read_phi_file(path);
    LearnedSpec learned;
    learned.architecture = trained.architecture;
    learned.phi_groups = trained.phi_groups;
    learned.phi_file = PhiFileReference{path, trained.digest()};
    spec.label = label_or(value, label_of(learned.architecture.kind));
    spec.learned = std::move(learned);
    return spec;
  }
  LearnedSpec learned;
  learned.architecture = bind_architecture(value);
  spec.label = label_or(value, label_of(learned.architecture.kind));
  learned.phi_groups = bind_groups(value.at("phi_groups"), what + ".phi_groups");
  const Value& training = value.at("meta_training");
  learned.training = bind_training(training, what + ".meta_training", suite);
  if (learned.training.second_derivatives)
    check_second_derivatives(training, resolve(suite.optimizees, training.at("optimizee"), "optimizee"),
                             learned.phi_groups, what + ".meta_training");
  spec.learned = std::move(learned);
  return spec;
}

}  // namespace l2l::suite
