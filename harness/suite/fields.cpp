// The tables of a suite: the whole, its optimizees and its optimizers.
#include "harness/suite/fields.hpp"

#include "datasets/catalog.hpp"
#include "harness/suite/suite.hpp"

namespace l2l::suite {
namespace {

Node split_node() {
  const double most = 1e9;
  return object(
      {defaulted("part", choice({"train", "test"}), "train", "the files of the data set it is taken from"),
       required("begin", integer(0, most), "first example"),
       required("end", integer(1, most), "one past the last example")});
}

Node search_node() {
  return object({defaulted("low", positive(10), MetaTrainingSpec{}.search_low, "smallest candidate"),
                 defaulted("high", positive(10), MetaTrainingSpec{}.search_high, "largest candidate"),
                 required("samples", integer(1, 1'000), "candidates, log-uniform between low and high"),
                 defaulted("epochs", integer(1, 100'000), MetaTrainingSpec{}.search_epochs,
                           "epochs each candidate is trained for before they are compared on validation")});
}

Node meta_training_node() {
  const MetaTrainingSpec d;
  return object({
      required("optimizee", name(), "the optimizee it is trained on; axes do not touch it"),
      defaulted("horizon", horizon_node(), d.horizon, "T, steps of one optimization"),
      defaulted("unroll", unroll_node(), d.unroll, "steps per truncated unroll; one update of phi each"),
      defaulted("weights", choice({"all", "last"}), "all", "w_t of the meta-loss: 1 for all t, or 1[t = T]"),
      defaulted("instances", integer(1, 100'000), d.instances, "optimizees per meta-iteration"),
      defaulted("epochs", integer(1, 100'000), d.epochs,
                "epochs of meta-training; phi is validated after each"),
      defaulted("horizons_per_epoch", integer(1, 1'000'000), d.horizons_per_epoch, "horizons in one epoch"),
      defaulted("validation_instances", integer(1, 100'000), d.validation_instances,
                "optimizees that phi is validated on"),
      defaulted("patience", integer(0, 100'000), d.patience,
                "stop after so many epochs without a better validation loss (0: never)"),
      defaulted("gradient_clip", number(0, 1e9), d.gradient_clip, "clip dL/dphi to this L2 norm (0: off)"),
      defaulted("second_derivatives", boolean(), d.second_derivatives,
                "keep the dashed edges of the paper's figure 2 in dL/dphi, which need f'': quadratics only"),
      defaulted("final_learning_rate_ratio", number(0, 1), d.final_learning_rate_ratio,
                "cosine decay of the meta learning rate to this share"),
      defaulted("seeds", integer(1, 1'000), d.seeds, "independent trainings; the best on validation is kept"),
      required("learning_rate",
               any_of({positive(10), object({required("search", search_node(), "random search")})}),
               "meta learning rate of ADAM: a number, or {search: ...}"),
  });
}

Variant learned_variant() {
  const ArchitectureSpec a;
  const LstmSpec& d = a.lstm;
  return {
      {"learned"},
      {
          defaulted("architecture", architecture_node(), "lstm", "of the learned optimizer"),
          defaulted("global_cells", global_cells_node(), a.global_cells,
                    "of all but lstm: cells per layer that are averaged over the coordinates"),
          defaulted("read_heads", heads_node(), a.read_heads, "of ntm-bfgs and ntm-l-bfgs"),
          defaulted("write_heads", heads_node(), a.write_heads, "of ntm-bfgs and ntm-l-bfgs"),
          defaulted("memory_init", memory_init_node(), a.memory_init,
                    "M_0 is this times the identity: 1 is what BFGS starts from, 0 the zero matrix"),
          defaulted("head_init", head_init_node(), a.head_init,
                    "weights and biases of the heads start this times as large as the others"),
          defaulted("history", history_node(), a.history, "of ntm-l-bfgs: steps whose writes M holds"),
          defaulted("layers", lstm_layers_node(), d.layers, "layers of the LSTM"),
          defaulted("hidden", lstm_hidden_node(), d.hidden, "hidden units per layer"),
          defaulted("preprocessing", choice({"none", "log-and-sign"}), "none",
                    "of the gradient (appendix A)"),
          // e^p must fit a float (below 88), with room for the gradients it multiplies.
          defaulted("p", positive(80), d.p, "of log-and-sign"),
          defaulted("output_scale", positive(1e6), d.output_scale, "the update is this times the read-out"),
          defaulted("phi_groups", list(set(text()), 0), nlohmann::ordered_json::array(),
                    "a partition of the optimizee's parameter groups, one phi each; empty: one phi for all"),
          required("meta_training", meta_training_node(), "how phi is trained"),
      }};
}

Variant trained_variant() {
  return {{"trained"},
          {required("file", text(), "a trained optimizer of an earlier run (.npz), relative to this file")}};
}

Variant baseline_variant(const Rule& rule) {
  std::vector<Field> hyperparameters;
  for (const auto& [key, value] : rule.defaults) {
    const HyperparameterBounds& bounds = rule.bounds.at(key);
    const Node range = number(bounds.low, bounds.high);
    // The tuned one has no default in the resolved suite: tuning finds it, and giving it then is an error.
    if (key == rule.tuned)
      hyperparameters.push_back(
          optional(key, range, fmt::format("only with `tune: false`; default {}", value)));
    else
      hyperparameters.push_back(defaulted(key, range, value, "of " + rule.label));
  }
  const Node tuned = positive(rule.bounds.at(rule.tuned).high);
  const BaselineSpec d;
  const auto empty = nlohmann::ordered_json::object();
  return {
      {rule.name},
      {defaulted("hyperparameters", object(std::move(hyperparameters)), empty,
                 "in place of Torch7's defaults"),
       defaulted(
           "tune",
           any_of({boolean(), object({defaulted("low", tuned, d.tune_low, "smallest value of the grid"),
                                      defaulted("high", tuned, d.tune_high, "largest value of the grid"),
                                      defaulted("points", integer(1, 10'000), d.tune_points,
                                                "log-spaced, both ends included"),
                                      defaulted("instances", integer(1, 100'000), d.tune_instances,
                                                "problems per point of the grid")})}),
           empty, fmt::format("tune `{}` for the best final loss; false: take it as it is", rule.tuned))}};
}

/// Fields of every optimizee on labelled images, `more` in their middle.
std::vector<Field> labelled_fields(const std::string& dataset, std::vector<Field> more) {
  std::vector<std::string> datasets;
  for (const DatasetEntry& entry : catalog()) datasets.push_back(entry.name);
  std::vector<Field> fields = {
      defaulted("dataset", choice(std::move(datasets)), dataset,
                "of the catalogue (`l2lbench datasets list`)"),
      defaulted("labels", set(integer(0, 255), 0), nlohmann::ordered_json::array(),
                "only examples of these classes, which are renumbered in this order; empty: all")};
  for (Field& field : more) fields.push_back(std::move(field));
  fields.push_back(defaulted("batch", batch_node(), OptimizeeSpec{}.batch, "examples per minibatch"));
  fields.push_back(
      required("split",
               object({required("train", split_node(), "meta-training draws from it"),
                       required("validation", split_node(), "validation and tuning draw from it"),
                       required("test", split_node(), "evaluation draws from it")}),
               "disjoint ranges of examples"));
  return fields;
}

Node convolution_node() {
  const ConvLayerSpec d;
  return object(
      {defaulted("channels", integer(1, 1'000), d.channels, "that come out of it"),
       defaulted("kernel", integer(1, 100), d.kernel, "its height and width"),
       defaulted("padding", integer(0, 100), d.padding, "zeros on every side of the image"),
       defaulted("pool", integer(1, 100), d.pool, "height, width and stride of max pooling; 1: none")});
}

std::vector<Field> fragment_fields() {
  return {
      optional("include", set(text(), 0), "files with more optimizees and optimizers, relative to this one"),
      defaulted("optimizees", map(optimizee_node()), nlohmann::ordered_json::object(),
                "the functions that are minimised, by name"),
      defaulted("optimizers", map(optimizer_node()), nlohmann::ordered_json::object(),
                "what minimises them, by name")};
}

}  // namespace

Node optimizee_node() {
  const OptimizeeSpec d;
  Node node = object({
      optional("label", text(), "for reports; default: the name"),
      required("kind", choice({"quadratic", "mlp", "convnet"}),
               "quadratic: ||W theta - y||^2; mlp, convnet: cross-entropy of an MLP or of a convolutional "
               "network"),
      defaulted("init_stddev", init_stddev_node(), d.init_stddev, "of theta_0, IID Gaussian"),
  });
  node.discriminator = "kind";
  node.variants = {
      {{"quadratic"},
       {defaulted("dimension", dimension_node(), d.dimension, "of theta and y"),
        defaulted("distribution", distribution_node(), "gaussian",
                  "of W and y: N(0, 1), or U[0, 1); spectrum: W of a given condition"),
        defaulted("condition", condition_node(), d.condition,
                  "of spectrum: the condition number of W^T W, eigenvalues evenly spaced on a log scale")}},
      {{"mlp"},
       labelled_fields(d.dataset,
                       {defaulted("hidden", list(hidden_units_node(), 1, kMaxHiddenLayers), d.hidden,
                                  "hidden units per layer"),
                        defaulted("activation", activation_node(), "sigmoid", "of the hidden units")})},
      {{"convnet"},
       labelled_fields(
           "cifar10",
           {defaulted("convolutions", list(convolution_node(), 1, kMaxHiddenLayers),
                      nlohmann::ordered_json::array({nlohmann::ordered_json::object(),
                                                     nlohmann::ordered_json::object(),
                                                     nlohmann::ordered_json::object()}),
                      "each with batch normalisation, ReLU and max pooling"),
            defaulted("hidden", list(hidden_units_node(), 0, kMaxHiddenLayers), std::vector<int>{32},
                      "units of fully connected layers before the read-out, each with batch normalisation "
                      "and ReLU"),
            defaulted("bias", boolean(), d.bias,
                      "whether layers with batch normalisation have one (it is normalised away)"),
            defaulted("batch_norm_scale", boolean(), d.batch_norm_scale,
                      "whether batch normalisation has gamma, which starts at 1, beside beta")})}};
  return node;
}

Node optimizer_node() {
  std::vector<std::string> kinds = {"learned", "trained"};
  std::vector<Variant> variants = {learned_variant(), trained_variant()};
  for (const Rule& rule : rules()) {
    kinds.push_back(rule.name);
    variants.push_back(baseline_variant(rule));
  }
  Node node = object({optional("label", text(), "for reports; default: the rule's"),
                      required("kind", choice(std::move(kinds)),
                               "learned, trained (an earlier run's), or the rule of a baseline")});
  node.discriminator = "kind";
  node.variants = std::move(variants);
  return node;
}

const Node& suite_node() {
  static const Node node = [] {
    std::vector<Field> fields = {required("name", name(), "of the suite"),
                                 defaulted("title", text(), "", "for reports"),
                                 defaulted("description", text(), "", "for reports")};
    for (Field& field : fragment_fields()) fields.push_back(std::move(field));
    const auto none = nlohmann::ordered_json::array();
    fields.push_back(required("experiments", list(experiment_node()), "what is compared"));
    fields.push_back(defaulted("figures", list(figure_node(), 0), none, "what is drawn"));
    fields.push_back(
        defaulted("claims", list(claim_node(), 0), none, "statements of the paper that are checked"));
    fields.push_back(optional("gate", gate_node(), "what `l2lbench gate` counts as worse"));
    return object(std::move(fields));
  }();
  return node;
}

const Node& fragment_node() {
  static const Node node = object(fragment_fields());
  return node;
}

}  // namespace l2l::suite
