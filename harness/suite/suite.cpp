#include "harness/suite/suite.hpp"

namespace l2l {

std::vector<std::string> tuned_names(const BaselineSpec& baseline) {
  if (!baseline.tune) return {};
  if (!baseline.tuning.search) return {find_rule(baseline.rule)->tuned};
  std::vector<std::string> names;
  for (const auto& [name, range] : baseline.tuning.search->over) names.push_back(name);
  if (!baseline.tuning.search->schedules.empty()) names.emplace_back(kScheduleName);
  return names;
}

}  // namespace l2l
