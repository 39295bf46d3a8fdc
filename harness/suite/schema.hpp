// The one description of a suite: which fields there are, of which type and range, with which default.
// The parser (check) and the JSON Schema (suite_json_schema) are both driven by it, so they cannot disagree.
#pragma once

#include <vector>

#include "core/schema_check.hpp"

namespace l2l::suite {

using schema::check;
using schema::Field;
using schema::Node;
using schema::suggest;
using schema::Variant;
using yaml::Entry;
using yaml::fail;
using yaml::Value;

/// A whole suite, and a file that a suite includes.
const Node& suite_node();
const Node& fragment_node();
/// An axis of an experiment: the type of one value of it. Its field's `doc` says what it changes.
const std::vector<Field>& axes();

}  // namespace l2l::suite
