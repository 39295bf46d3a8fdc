// The one description of a suite: which fields there are, of which type and range, with which default.
// The parser (check) and the JSON Schema (suite_json_schema) are both driven by it, so they cannot disagree.
#pragma once

#include <string>
#include <vector>

#include "core/schema.hpp"
#include "harness/suite/value.hpp"

namespace l2l::suite {

using schema::Field;
using schema::Node;
using schema::Variant;

/// A whole suite, and a file that a suite includes.
const Node& suite_node();
const Node& fragment_node();
/// An axis of an experiment: the type of one value of it. Its field's `doc` says what it changes.
const std::vector<Field>& axes();

/// Checks `value` against `node` and returns it with every default filled in. `what` names it in messages
/// ("optimizee 'mnist'"). Throws Error{suite} at the offending place.
Value check(const Value& value, const Node& node, const std::string& what);

/// "did you mean 'x'?" where one of `known` is close to `given`, else "known: a, b, c".
std::string suggest(const std::string& given, const std::vector<std::string>& known);

}  // namespace l2l::suite
