// Canonical configurations and their inverses (docs/architecture.md, formats of jobs). Adding a field that
// decides a result means adding it here, in both directions; a test checks that every one changes the key.
#include "harness/plan/plan.hpp"
#include "harness/suite/spec_names.hpp"

namespace l2l {
namespace {

using nlohmann::json;

json canonical(const Split& split) {
  return {{"part", split.part}, {"begin", split.begin}, {"end", split.end}};
}

Split split_from(const json& config) {
  return {config.at("part").get<std::string>(), config.at("begin").get<std::int64_t>(),
          config.at("end").get<std::int64_t>()};
}

}  // namespace

json canonical(const OptimizeeSpec& spec) {
  json config = {{"kind", name_of(spec.kind)}, {"init_stddev", spec.init_stddev}};
  if (spec.kind == OptimizeeKind::quadratic) {
    config["dimension"] = spec.dimension;
    config["distribution"] = name_of(spec.distribution);
    if (spec.distribution == QuadraticDistribution::spectrum) config["condition"] = spec.condition;
  } else {
    config["dataset"] = spec.dataset;
    // Absent where there is nothing to choose: as in the configurations from before there were subsets.
    if (!spec.labels.empty()) config["labels"] = spec.labels;
    config["hidden"] = spec.hidden;
    if (spec.kind == OptimizeeKind::mlp) {
      config["activation"] = name_of(spec.activation);
    } else {
      config["convolutions"] = json::array();
      for (const ConvLayerSpec& layer : spec.convolutions)
        config["convolutions"].push_back({{"channels", layer.channels},
                                          {"kernel", layer.kernel},
                                          {"padding", layer.padding},
                                          {"pool", layer.pool}});
      config["bias"] = spec.bias;
      config["batch_norm_scale"] = spec.batch_norm_scale;
    }
    config["batch"] = spec.batch;
    config["split"] = {{"train", canonical(spec.train)},
                       {"validation", canonical(spec.validation)},
                       {"test", canonical(spec.test)}};
  }
  return config;
}

OptimizeeSpec optimizee_from(const json& config) {
  OptimizeeSpec spec;
  spec.kind = value_of<OptimizeeKind>(config.at("kind").get<std::string>());
  spec.init_stddev = config.at("init_stddev").get<double>();
  if (spec.kind == OptimizeeKind::quadratic) {
    spec.dimension = config.at("dimension").get<int>();
    spec.distribution = value_of<QuadraticDistribution>(config.at("distribution").get<std::string>());
    spec.condition = config.value("condition", spec.condition);
  } else {
    spec.dataset = config.at("dataset").get<std::string>();
    spec.labels = config.value("labels", std::vector<int>{});
    spec.hidden = config.at("hidden").get<std::vector<int>>();
    if (spec.kind == OptimizeeKind::mlp) {
      spec.activation = value_of<Activation>(config.at("activation").get<std::string>());
    } else {
      for (const json& layer : config.at("convolutions"))
        spec.convolutions.push_back({layer.at("channels").get<int>(), layer.at("kernel").get<int>(),
                                     layer.at("padding").get<int>(), layer.at("pool").get<int>()});
      spec.bias = config.at("bias").get<bool>();
      spec.batch_norm_scale = config.at("batch_norm_scale").get<bool>();
    }
    spec.batch = config.at("batch").get<int>();
    const json& split = config.at("split");
    spec.train = split_from(split.at("train"));
    spec.validation = split_from(split.at("validation"));
    spec.test = split_from(split.at("test"));
  }
  return spec;
}

// A plain LSTM has none of the other architectures' keys, and what came later is left out where it is as it
// always was: what was computed before stays known.
json canonical(const ArchitectureSpec& spec) {
  json config = {{"layers", spec.lstm.layers},
                 {"hidden", spec.lstm.hidden},
                 {"preprocessing", name_of(spec.lstm.preprocessing)},
                 {"p", spec.lstm.p},
                 {"output_scale", spec.lstm.output_scale}};
  if (spec.kind == Architecture::lstm) return config;
  config["architecture"] = name_of(spec.kind);
  config["global_cells"] = spec.global_cells;
  if (!spec.has_memory()) return config;
  config["read_heads"] = spec.read_heads;
  config["write_heads"] = spec.write_heads;
  config["memory_init"] = spec.memory_init;
  if (spec.head_init != ArchitectureSpec().head_init) config["head_init"] = spec.head_init;
  if (spec.kind == Architecture::ntm_l_bfgs) config["history"] = spec.history;
  return config;
}

ArchitectureSpec architecture_from(const json& config) {
  ArchitectureSpec spec;
  spec.lstm.layers = config.at("layers").get<int>();
  spec.lstm.hidden = config.at("hidden").get<int>();
  spec.lstm.preprocessing = value_of<Preprocessing>(config.at("preprocessing").get<std::string>());
  spec.lstm.p = config.at("p").get<double>();
  spec.lstm.output_scale = config.at("output_scale").get<double>();
  if (!config.contains("architecture")) return spec;
  spec.kind = value_of<Architecture>(config.at("architecture").get<std::string>());
  spec.global_cells = config.at("global_cells").get<int>();
  if (!spec.has_memory()) return spec;
  spec.read_heads = config.at("read_heads").get<int>();
  spec.write_heads = config.at("write_heads").get<int>();
  spec.memory_init = config.at("memory_init").get<double>();
  spec.head_init = config.value("head_init", spec.head_init);
  if (spec.kind == Architecture::ntm_l_bfgs) spec.history = config.at("history").get<int>();
  return spec;
}

json canonical(const LearnedSpec& spec) {
  const MetaTrainingSpec& training = spec.training;
  json config = {{"architecture", name_of(spec.architecture.kind)},
                 {"lstm", canonical(spec.architecture)},
                 {"phi_groups", spec.phi_groups},
                 {"training",
                  {{"horizon", training.horizon},
                   {"unroll", training.unroll},
                   {"weights", name_of(training.weights)},
                   {"instances", training.instances},
                   {"horizons_per_epoch", training.horizons_per_epoch},
                   {"validation_instances", training.validation_instances},
                   {"patience", training.patience},
                   {"gradient_clip", training.gradient_clip},
                   {"final_learning_rate_ratio", training.final_learning_rate_ratio}}}};
  // Absent where the dashed edges are dropped: as in the configurations from before they could be kept.
  if (training.second_derivatives) config["training"]["second_derivatives"] = true;
  return config;
}

LearnedSpec learned_from(const json& config) {
  LearnedSpec spec;
  spec.architecture = architecture_from(config.at("lstm"));
  spec.phi_groups = config.at("phi_groups").get<std::vector<std::vector<std::string>>>();
  const json& training = config.at("training");
  spec.training.horizon = training.at("horizon").get<int>();
  spec.training.unroll = training.at("unroll").get<int>();
  spec.training.weights = value_of<MetaLossWeights>(training.at("weights").get<std::string>());
  spec.training.instances = training.at("instances").get<int>();
  spec.training.horizons_per_epoch = training.at("horizons_per_epoch").get<int>();
  spec.training.validation_instances = training.at("validation_instances").get<int>();
  spec.training.patience = training.at("patience").get<int>();
  spec.training.gradient_clip = training.at("gradient_clip").get<double>();
  spec.training.second_derivatives = training.value("second_derivatives", false);
  spec.training.final_learning_rate_ratio = training.at("final_learning_rate_ratio").get<double>();
  return spec;
}

}  // namespace l2l
