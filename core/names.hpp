// The words that suites, job configurations and files use for the values of an enum.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace l2l {

/// Specialised beside the enum, with `names`: an array of pairs of a value and its word, every value once.
template <class Enum>
struct SpecNames;

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

/// All words, in the order they are listed.
template <class Enum>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const auto& [value, name] : SpecNames<Enum>::names) names.emplace_back(name);
  return names;
}

}  // namespace l2l
