// Canonical configurations and their inverses (docs/architecture.md, formats of jobs): what follows from the
// descriptions of the fields. A test checks that every field that decides a result changes the key.
#include "harness/plan/plan.hpp"
#include "harness/suite/fields.hpp"
#include "optimizees/kinds.hpp"

namespace l2l {

using nlohmann::json;

json canonical(const OptimizeeSpec& spec) {
  json config = optimizee_kind(spec.kind).canonical(spec.settings);
  config["kind"] = spec.kind;
  return config;
}

OptimizeeSpec optimizee_from(const json& config) {
  OptimizeeSpec spec;
  spec.kind = config.at("kind").get<std::string>();
  spec.settings = optimizee_kind(spec.kind).from_canonical(config);
  return spec;
}

json canonical(const LearnedSpec& spec) {
  return {{"architecture", name_of(spec.architecture.kind)},
          {"lstm", canonical(spec.architecture)},
          {"phi_groups", spec.phi_groups},
          {"training", fields<MetaTrainingSpec>().canonical(spec.training)}};
}

LearnedSpec learned_from(const json& config) {
  LearnedSpec spec;
  spec.architecture = architecture_from(config.at("lstm"));
  spec.phi_groups = config.at("phi_groups").get<std::vector<std::vector<std::string>>>();
  spec.training = fields<MetaTrainingSpec>().from_canonical(config.at("training"));
  return spec;
}

}  // namespace l2l
