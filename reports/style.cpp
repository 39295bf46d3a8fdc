#include "reports/style.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "reports/points.hpp"

namespace l2l::reports {
namespace {

constexpr const char* kDashed = "(9,4)";
constexpr const char* kDotted = "(2.5,3)";

struct RuleStyle {
  const char* rule;
  const char* color;
  const char* dash;
  int marker;
};
constexpr std::array<RuleStyle, 7> kRules = {{
    {"adam", "#d62728", kDashed, 9},
    {"rmsprop", "#1f6fb4", kDashed, 5},
    {"sgd", "#2e9e3f", kDashed, 13},
    {"nag", "#8e5bb5", kDashed, 11},
    {"momentum", "#4aa3a3", kDotted, 4},
    {"rprop", "#9a9a9a", kDotted, 6},
    {"adagrad", "#b08d57", kDotted, 8},
}};
constexpr std::array<const char*, 5> kLearnedColors = {kLearnedColor, "#7a3b00", "#c2185b", "#b8a400",
                                                       "#004d61"};

/// Each further optimizer of a rule is darker by a third.
std::string darker(const std::string& color, int times) {
  std::string result = "#";
  for (std::size_t i = 1; i < color.size(); i += 2) {
    int channel = std::stoi(color.substr(i, 2), nullptr, 16);
    for (int k = 0; k < times; ++k) channel = channel * 2 / 3;
    result += fmt::format("{:02x}", channel);
  }
  return result;
}

Style style_of(const Curve& curve, int earlier) {
  if (curve.learned) {
    const auto index = static_cast<std::size_t>(earlier) % kLearnedColors.size();
    return {kLearnedColors[index], "", 2.6, 7};
  }
  const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                   [&](const RuleStyle& style) { return style.rule == curve.rule; });
  if (found == kRules.end()) return {darker(kQuietColor, earlier), kDotted, 1.6, 1};
  return {darker(found->color, earlier), found->dash, 1.6, found->marker};
}

}  // namespace

StyleBook::StyleBook(const std::vector<Experiment>& experiments) {
  std::map<std::string, int> kinds;                             // labels so far, by what decides the colour
  std::map<std::pair<std::string, std::string>, Style> shared;  // by kind and label
  std::vector<std::string> baselines;
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      if (styles_.count(curve.optimizer) != 0) continue;
      const std::string kind = curve.learned ? "learned" : curve.rule;
      const auto [entry, added] = shared.try_emplace({kind, label_of(curve)});
      if (added) entry->second = style_of(curve, kinds[kind]++);
      styles_[curve.optimizer] = entry->second;
      (curve.learned ? order_ : baselines).push_back(curve.optimizer);
    }
  }
  order_.insert(order_.end(), baselines.begin(), baselines.end());
}

const Style& StyleBook::of(const std::string& optimizer) const {
  return styles_.at(optimizer);
}

}  // namespace l2l::reports
