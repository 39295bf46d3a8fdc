// A value against its description.
#pragma once

#include <string>
#include <vector>

#include "core/schema.hpp"
#include "core/yaml.hpp"

namespace l2l::schema {

using yaml::Value;

/// Checks `value` against `node` and returns it with every default filled in. `what` names it in messages
/// ("optimizee 'mnist'"). Throws Error{suite} at the offending place.
Value check(const Value& value, const Node& node, const std::string& what);

/// "did you mean 'x'?" where one of `known` is close to `given`, else "known: a, b, c".
std::string suggest(const std::string& given, const std::vector<std::string>& known);

}  // namespace l2l::schema
