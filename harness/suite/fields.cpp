// The fields of a suite: the whole, its optimizees and its optimizers.
#include "harness/suite/fields.hpp"

#include "optimizees/kinds.hpp"
#include "optimizers/architecture_fields.hpp"
#include "optimizers/rate_schedule_fields.hpp"

namespace l2l {

using namespace schema;

template <>
const Fields<LearningRateSearch>& fields() {
  using S = LearningRateSearch;
  static const Fields<S> described = {
      field("low", &S::low, positive(10), "smallest candidate"),
      field("high", &S::high, positive(10), "largest candidate"),
      field("samples", &S::samples, integer(1, 1'000), "candidates, log-uniform between low and high")
          .required(),
      field("epochs", &S::epochs, integer(1, 100'000),
            "epochs each candidate is trained for before they are compared on validation")};
  return described;
}

namespace {

/// A number, or how it is found.
FieldOf<MetaTrainingSpec> learning_rate_field() {
  return custom_field<MetaTrainingSpec>(
      "learning_rate",
      any_of({positive(10),
              object({schema::required("search", fields<LearningRateSearch>().node(), "random search")})}),
      [](MetaTrainingSpec& spec, const nlohmann::json& value) {
        if (value.is_number())
          spec.learning_rate = value.get<double>();
        else
          fields<LearningRateSearch>().read_into(spec.search, value.at("search"));
      },
      [](const MetaTrainingSpec& spec, Form form) {
        return spec.learning_rate
                   ? nlohmann::json(*spec.learning_rate)
                   : nlohmann::json{{"search", fields<LearningRateSearch>().write(spec.search, form)}};
      },
      "meta learning rate of ADAM: a number, or {search: ...}");
}

/// "all", "last", one number a step, or how they follow from t.
FieldOf<MetaTrainingSpec> weights_field() {
  using Kind = MetaLossWeights::Kind;
  const Node weight = number(0, 1e6);
  Node formula = object(
      {schema::optional(
           "linear", object({schema::required("from", weight, "w_1"), schema::required("to", weight, "w_T")}),
           "w_t = from + (to - from) (t - 1) / (T - 1)"),
       schema::optional("exponential", object({schema::required("ratio", positive(1), "of w_t to w_(t+1)")}),
                        "w_t = ratio^(T - t)")});
  formula.exclusive = {{"linear", "exponential"}};
  return custom_field<MetaTrainingSpec>(
      "weights", any_of({choice({"all", "last"}), list(weight), std::move(formula)}),
      [](MetaTrainingSpec& spec, const nlohmann::json& value) {
        MetaLossWeights& weights = spec.weights = {};
        if (value.is_string()) {
          weights.kind = value == "last" ? Kind::last : Kind::all;
        } else if (value.is_array()) {
          weights = {.kind = Kind::listed, .values = value.get<std::vector<double>>()};
        } else if (const auto linear = value.find("linear"); linear != value.end()) {
          weights = {.kind = Kind::linear, .from = linear->at("from"), .to = linear->at("to")};
        } else if (const auto exponential = value.find("exponential"); exponential != value.end()) {
          weights = {.kind = Kind::exponential, .ratio = exponential->at("ratio")};
        }
      },
      [](const MetaTrainingSpec& spec, Form) -> nlohmann::json {
        const MetaLossWeights& weights = spec.weights;
        switch (weights.kind) {
          case Kind::all:
            return "all";
          case Kind::last:
            return "last";
          case Kind::linear:
            return {{"linear", {{"from", weights.from}, {"to", weights.to}}}};
          case Kind::exponential:
            return {{"exponential", {{"ratio", weights.ratio}}}};
          case Kind::listed:
            return weights.values;
        }
        L2L_CHECK(false, "kind={}", static_cast<int>(weights.kind));
      },
      "w_t of the meta-loss: 1 for all t, 1[t = T], one number a step, or a formula");
}

}  // namespace

// What decides how long is trained and with which rate is in the configurations of jobs by itself.
template <>
const Fields<MetaTrainingSpec>& fields() {
  using S = MetaTrainingSpec;
  static const Fields<S> described = {
      field("optimizee", &S::optimizee, name(), "the optimizee it is trained on; axes do not touch it")
          .required()
          .not_canonical(),
      field("horizon", &S::horizon, suite::horizon_node(), "T, steps of one optimization")
          .axis("horizon of meta-training", "trained_horizon"),
      field("unroll", &S::unroll, integer(1, 1'000), "steps per truncated unroll; one update of phi each")
          .axis("unroll of meta-training"),
      weights_field(),
      field("instances", &S::instances, integer(1, 100'000), "optimizees per meta-iteration"),
      field("epochs", &S::epochs, integer(1, 100'000), "epochs of meta-training; phi is validated after each")
          .not_canonical(),
      field("horizons_per_epoch", &S::horizons_per_epoch, integer(1, 1'000'000), "horizons in one epoch"),
      field("validation_instances", &S::validation_instances, integer(1, 100'000),
            "optimizees that phi is validated on"),
      field("patience", &S::patience, integer(0, 100'000),
            "stop after so many epochs without a better validation loss (0: never)"),
      field("gradient_clip", &S::gradient_clip, number(0, 1e9), "clip dL/dphi to this L2 norm (0: off)"),
      // Absent where the dashed edges are dropped: as in the configurations from before they could be kept.
      field("second_derivatives", &S::second_derivatives,
            "keep the dashed edges of the paper's figure 2 in dL/dphi, which need f'': quadratics only")
          .unless_default(),
      field("final_learning_rate_ratio", &S::final_learning_rate_ratio, number(0, 1),
            "cosine decay of the meta learning rate to this share"),
      field("seeds", &S::seeds, integer(1, 1'000), "independent trainings; the best on validation is kept")
          .not_canonical(),
      field(
          "replicas", &S::replicas, integer(1, 1'000),
          "independent repetitions of the whole meta-training, seeds and search included; all are evaluated")
          .not_canonical(),
      learning_rate_field().required().not_canonical()};
  return described;
}

template <>
const Fields<LearnedSpec>& fields() {
  using S = LearnedSpec;
  static const Fields<S> described = {
      within(&S::architecture),
      field("phi_groups", &S::phi_groups, list(set(text()), 0),
            "a partition of the optimizee's parameter groups, one phi each; empty: one phi for all"),
      field("meta_training", &S::training, "how phi is trained").required()};
  return described;
}

template <>
const Fields<Suite>& fields() {
  using S = Suite;
  static const Fields<S> described = {field("name", &S::name, name(), "of the suite").required(),
                                      field("title", &S::title, text(), "for reports"),
                                      field("description", &S::description, text(), "for reports")};
  return described;
}

namespace suite {
namespace {

/// The fields of a baseline depend on its rule.
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
  Node grid = fields<TuningSpec>().node();
  for (Field& field : grid.fields)
    if (field.name == "low" || field.name == "high") field.node.maximum = rule.bounds.at(rule.tuned).high;
  const auto empty = nlohmann::ordered_json::object();
  return {{rule.name},
          {defaulted("hyperparameters", object(std::move(hyperparameters)), empty,
                     "in place of the rule's defaults"),
           optional(kScheduleName, schedule_node(),
                    fmt::format("of `{}`, over the horizon; default: constant", rule.tuned)),
           defaulted("tune", any_of({boolean(), std::move(grid)}), empty,
                     fmt::format("tune `{}` for the best final loss, or several hyperparameters by `search`; "
                                 "false: take it as it is",
                                 rule.tuned))}};
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
  std::vector<std::string> kinds, docs;
  std::vector<Variant> variants;
  for (const OptimizeeKind* kind : optimizee_kinds()) {
    kinds.push_back(kind->name());
    docs.push_back(kind->name() + ": " + kind->doc());
    variants.push_back({{kind->name()}, kind->fields()});
  }
  Node node = object({optional("label", text(), "for reports; default: the name"),
                      required("kind", choice(std::move(kinds)), fmt::format("{}", fmt::join(docs, "; ")))});
  node.discriminator = "kind";
  node.variants = std::move(variants);
  return node;
}

Node optimizer_node() {
  std::vector<std::string> kinds = {"learned", "trained"};
  std::vector<Variant> variants = {
      {{"learned"}, fields<LearnedSpec>().common_fields()},
      {{"trained"},
       {required("file", text(), "a trained optimizer of an earlier run (.npz), relative to this file")}}};
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
    std::vector<Field> fields = l2l::fields<Suite>().common_fields();
    for (Field& field : fragment_fields()) fields.push_back(std::move(field));
    const auto none = nlohmann::ordered_json::array();
    fields.push_back(required("experiments", list(experiment_node()), "what is compared"));
    fields.push_back(defaulted("figures", list(l2l::fields<FigureSpec>().node(), 0), none, "what is drawn"));
    fields.push_back(defaulted("claims", list(l2l::fields<ClaimSpec>().node(), 0), none,
                               "statements of the paper that are checked"));
    fields.push_back(optional("gate", l2l::fields<reports::GateSettings>().node(),
                              "what `l2lbench gate` counts as worse"));
    return object(std::move(fields));
  }();
  return node;
}

const Node& fragment_node() {
  static const Node node = object(fragment_fields());
  return node;
}

}  // namespace suite
}  // namespace l2l
