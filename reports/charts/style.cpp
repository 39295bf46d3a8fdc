#include "reports/charts/style.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "reports/results/points.hpp"

namespace l2l::reports {
namespace {

constexpr const char* kDashed = "(9,4)";
constexpr const char* kDotted = "(2.5,3)";
constexpr const char* kDashDotted = "(9,3,2.5,3)";

struct RuleStyle {
  const char* rule;
  const char *color, *safe_color;  // safe: of Palette::colour_blind
  const char* dash;
  int marker;
};
constexpr std::array<RuleStyle, 9> kRules = {{
    {"adam", "#d62728", "#0072b2", kDashed, 9},
    {"rmsprop", "#1f6fb4", "#56b4e9", kDashed, 5},
    {"sgd", "#2e9e3f", "#009e73", kDashed, 13},
    {"nag", "#8e5bb5", "#cc79a7", kDashed, 11},
    {"momentum", "#4aa3a3", "#e69f00", kDotted, 4},
    {"rprop", "#9a9a9a", "#999999", kDotted, 6},
    {"adagrad", "#b08d57", "#5c4a00", kDotted, 8},
    {"bfgs", "#3a3a3a", "#3a3a3a", kDashed, 2},
    {"l-bfgs", "#3a3a3a", "#3a3a3a", kDashDotted, 3},
}};
/// Of rules that have no style of their own above, in the order a run has them; a fifth is the first, darker.
constexpr std::array<RuleStyle, 4> kOtherRules = {{
    {"", "#e377c2", "#332288", kDashed, 10},
    {"", "#5254a3", "#117733", kDashed, 12},
    {"", "#00b4d8", "#882255", kDashed, 14},
    {"", "#8ca252", "#ddcc77", kDashed, 15},
}};
constexpr std::array<const char*, 5> kLearnedColors = {kLearnedColor, "#7a3b00", "#c2185b", "#b8a400",
                                                       "#004d61"};
constexpr std::array<const char*, 5> kSafeLearnedColors = {"#d55e00", "#000000", "#7b3294", "#b2a100",
                                                           "#004d61"};

/// Where more learned optimizers than colours are shown, the same colours come again with another dash.
constexpr std::array<const char*, 3> kRounds = {"", kDotted, kDashDotted};

/// Red, green or blue of #rrggbb.
int channel_of(const std::string& color, std::size_t channel) {
  return std::stoi(color.substr(1 + 2 * channel, 2), nullptr, 16);
}

/// Each further optimizer of a rule is darker by a third.
std::string darker(const std::string& color, int times) {
  std::string result = "#";
  for (std::size_t i = 0; i < 3; ++i) {
    int channel = channel_of(color, i);
    for (int k = 0; k < times; ++k) channel = channel * 2 / 3;
    result += fmt::format("{:02x}", channel);
  }
  return result;
}

/// @param earlier  labels of the same kind before this one
/// @param others   rules without a style of their own, in their order in the run; gets the curve's if it is
/// one
Style style_of(const Curve& curve, int earlier, std::vector<std::string>& others, bool safe) {
  if (curve.learned) {
    const auto index = static_cast<std::size_t>(earlier) % kLearnedColors.size();
    const auto round =
        std::min(static_cast<std::size_t>(earlier) / kLearnedColors.size(), kRounds.size() - 1);
    return {safe ? kSafeLearnedColors[index] : kLearnedColors[index], kRounds[round], 2.6, 7};
  }
  const auto* found = std::find_if(kRules.begin(), kRules.end(),
                                   [&](const RuleStyle& style) { return style.rule == curve.rule; });
  if (found == kRules.end()) {
    const auto known = std::find(others.begin(), others.end(), curve.rule);
    const auto index = static_cast<std::size_t>(known - others.begin());
    if (known == others.end()) others.push_back(curve.rule);
    found = &kOtherRules[index % kOtherRules.size()];
    earlier += static_cast<int>(index / kOtherRules.size());
  }
  return {darker(safe ? found->safe_color : found->color, earlier), found->dash, 1.6, found->marker};
}

/// matplotlib's viridis at every eighth.
constexpr std::array<const char*, 9> kViridis = {"#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c",
                                                 "#28ae80", "#5ec962", "#addc30", "#fde725"};

}  // namespace

std::string sequential_color(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(kViridis.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(at), kViridis.size() - 2);
  const double within = at - static_cast<double>(below);
  std::string result = "#";
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const double value = (1 - within) * channel_of(kViridis[below], channel) +
                         within * channel_of(kViridis[below + 1], channel);
    result += fmt::format("{:02x}", std::lround(value));
  }
  return result;
}

std::string text_color_on(const std::string& color) {
  // WCAG's relative luminance; at this one black and white have the same contrast.
  constexpr double kEqualContrast = 0.179;
  const auto linear = [&](std::size_t channel) {
    const double value = channel_of(color, channel) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  const double luminance = 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
  return luminance > kEqualContrast ? "#111111" : "#ffffff";
}

StyleBook::StyleBook(const std::vector<Experiment>& experiments, Palette palette) {
  std::map<std::string, int> kinds;                             // labels so far, by what decides the colour
  std::map<std::pair<std::string, std::string>, Style> shared;  // by kind and label
  std::vector<std::string> baselines, other_rules;
  for (const Experiment& experiment : experiments) {
    for (const Curve& curve : experiment.curves) {
      if (styles_.count(curve.optimizer) != 0) continue;
      const std::string kind = curve.learned ? "learned" : curve.rule;
      const auto [entry, added] = shared.try_emplace({kind, label_of(curve)});
      if (added)
        entry->second = style_of(curve, kinds[kind]++, other_rules, palette == Palette::colour_blind);
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
