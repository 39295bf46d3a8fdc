// The words that suites and job configurations use for the enums of a suite; those of figures are in
// questions.hpp.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "harness/suite/suite.hpp"

namespace l2l {

template <class Enum>
struct SpecNames;

template <>
struct SpecNames<OptimizeeKind> {
  static constexpr std::array<std::pair<OptimizeeKind, std::string_view>, 3> names = {
      {{OptimizeeKind::quadratic, "quadratic"},
       {OptimizeeKind::mlp, "mlp"},
       {OptimizeeKind::convnet, "convnet"}}};
};
template <>
struct SpecNames<QuadraticDistribution> {
  static constexpr std::array<std::pair<QuadraticDistribution, std::string_view>, 3> names = {
      {{QuadraticDistribution::gaussian, "gaussian"},
       {QuadraticDistribution::uniform, "uniform"},
       {QuadraticDistribution::spectrum, "spectrum"}}};
};
template <>
struct SpecNames<Activation> {
  static constexpr std::array<std::pair<Activation, std::string_view>, 3> names = {
      {{Activation::sigmoid, "sigmoid"}, {Activation::tanh, "tanh"}, {Activation::relu, "relu"}}};
};
template <>
struct SpecNames<Preprocessing> {
  static constexpr std::array<std::pair<Preprocessing, std::string_view>, 2> names = {
      {{Preprocessing::none, "none"}, {Preprocessing::log_and_sign, "log-and-sign"}}};
};
template <>
struct SpecNames<Architecture> {
  static constexpr std::array<std::pair<Architecture, std::string_view>, 4> names = {
      {{Architecture::lstm, "lstm"},
       {Architecture::lstm_gac, "lstm-gac"},
       {Architecture::ntm_bfgs, "ntm-bfgs"},
       {Architecture::ntm_l_bfgs, "ntm-l-bfgs"}}};
};
template <>
struct SpecNames<MetaLossWeights> {
  static constexpr std::array<std::pair<MetaLossWeights, std::string_view>, 2> names = {
      {{MetaLossWeights::all, "all"}, {MetaLossWeights::last, "last"}}};
};
template <class Enum>
std::string name_of(Enum value) {
  for (const auto& [candidate, name] : SpecNames<Enum>::names)
    if (candidate == value) return std::string(name);
  L2L_CHECK(false, "enum value {} has no name", static_cast<int>(value));
}

/// The inverse, for text that is known to be right (L2L_CHECK).
template <class Enum>
Enum value_of(std::string_view text) {
  for (const auto& [value, name] : SpecNames<Enum>::names)
    if (name == text) return value;
  L2L_CHECK(false, "'{}' is no known name", text);
}

}  // namespace l2l
