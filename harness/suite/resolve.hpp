// Names in a suite to what they name.
#pragma once

#include <string>
#include <vector>

#include "harness/suite/schema.hpp"

namespace l2l::suite {

/// The spec of that name, or an error at `reference` with a suggestion.
template <class Spec>
const Spec& resolve(const std::vector<Spec>& specs, const Value& reference, const std::string& what) {
  std::vector<std::string> known;
  for (const Spec& spec : specs) {
    if (spec.name == reference.text) return spec;
    known.push_back(spec.name);
  }
  fail(reference.where, fmt::format("no {} is called '{}'", what, reference.text),
       suggest(reference.text, known));
}

}  // namespace l2l::suite
