#include "harness/suite/bind.hpp"

#include <charconv>
#include <set>

#include "harness/phi/phi_file.hpp"
#include "harness/suite/fields.hpp"
#include "harness/suite/resolve.hpp"
#include "optimizees/kinds.hpp"
#include "optimizers/architecture_fields.hpp"

namespace l2l::suite {
namespace {

std::string label_or(const Value& value, const std::string& otherwise) {
  const Value* label = value.find("label");
  return label == nullptr ? otherwise : label->text;
}

/// The value at a dotted path, as in SettingsComplaint.
const Value& value_at(const Value& value, std::string_view path) {
  const std::size_t dot = path.find('.');
  const std::string_view first = path.substr(0, dot);
  std::size_t index = 0;
  if (value.is(Value::Kind::list)) std::from_chars(first.data(), first.data() + first.size(), index);
  const Value& next = value.is(Value::Kind::list) ? value.items.at(index) : value.at(first);
  return dot == std::string_view::npos ? next : value_at(next, path.substr(dot + 1));
}

/// The dashed edges can be kept where f'' is known, and by one phi for all coordinates.
void check_second_derivatives(const Value& training, const OptimizeeSpec& optimizee,
                              const std::vector<std::vector<std::string>>& phi_groups,
                              const std::string& what) {
  const Where& where = training.at("second_derivatives").where;
  const std::string key = what + ".second_derivatives";
  if (!optimizee_kind(optimizee.kind).has_second_derivatives()) {
    std::vector<std::string> able;
    for (const OptimizeeKind* kind : optimizee_kinds())
      if (kind->has_second_derivatives()) able.push_back(kind->name());
    fail(where,
         fmt::format("{}: the second derivatives of optimizee '{}', a {}, are not implemented", key,
                     optimizee.name, optimizee.kind),
         fmt::format("train it on a {}, or say `second_derivatives: false`", fmt::join(able, " or a ")));
  }
  if (phi_groups.size() > 1)
    fail(where,
         fmt::format("{}: needs one phi for all coordinates, phi_groups make {}", key, phi_groups.size()),
         "remove phi_groups, or say `second_derivatives: false`");
}

void check_training(const MetaTrainingSpec& spec, const Value& value, const std::string& what) {
  if (spec.unroll > spec.horizon)
    fail(value.at("unroll").where,
         fmt::format("{}.unroll: {} is more than the horizon ({})", what, spec.unroll, spec.horizon));
  const Value& weights = value.at("weights");
  if (weights.is(Value::Kind::map) && weights.entries.empty())
    fail(weights.where, fmt::format("{}.weights: neither linear nor exponential is given", what));
  if (const auto complaint = spec.weights.complaint(spec.horizon))
    fail(weights.where, fmt::format("{}.weights: {}", what, *complaint), MetaLossWeights::kHint);
  const Value& rate = value.at("learning_rate");
  if (rate.is(Value::Kind::map)) check_order(rate.at("search"), what + ".learning_rate.search");
}

void refuse_groups_given_twice(const Value& value, const std::string& what) {
  std::set<std::string> seen;
  for (const Value& list : value.items)
    for (const Value& group : list.items)
      if (!seen.insert(group.text).second)
        fail(group.where, fmt::format("{}: '{}' is given twice", what, group.text));
}

}  // namespace

void check_order(const Value& value, const std::string& what) {
  if (value.at("low").number >= value.at("high").number)
    fail(value.at("high").where,
         fmt::format("{}: high must be above low ({})", what, value.at("low").number));
}

OptimizeeSpec bind_optimizee(const std::string& name, const Value& value) {
  OptimizeeSpec spec;
  spec.name = name;
  spec.label = label_or(value, name);
  spec.kind = value.at("kind").text;
  const OptimizeeKind& kind = optimizee_kind(spec.kind);
  spec.settings = kind.complete(plain_json(value));
  if (const auto complaint = kind.complaint(spec.settings))
    fail(value_at(value, complaint->place).where, fmt::format("optimizees.{}.{}", name, complaint->what),
         complaint->hint);
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
  LearnedSpec learned = fields<LearnedSpec>().read(plain_json(value));
  spec.label = label_or(value, label_of(learned.architecture.kind));
  refuse_groups_given_twice(value.at("phi_groups"), what + ".phi_groups");
  const Value& training = value.at("meta_training");
  const OptimizeeSpec& trained_on = resolve(suite.optimizees, training.at("optimizee"), "optimizee");
  check_training(learned.training, training, what + ".meta_training");
  if (learned.training.second_derivatives)
    check_second_derivatives(training, trained_on, learned.phi_groups, what + ".meta_training");
  spec.learned = std::move(learned);
  return spec;
}

}  // namespace l2l::suite
