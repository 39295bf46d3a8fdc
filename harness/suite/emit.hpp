// Values back to YAML.
#pragma once

#include <string>

#include "harness/suite/schema.hpp"

namespace l2l::suite {

/// The resolved suite: defaults filled in, includes merged. It parses to an equal plan, and emits itself.
std::string emit_suite(const Value& checked_suite);

/// Block style; lists of scalars on one line; numbers such that they read back to the same bits.
std::string emit_yaml(const Value& value);

}  // namespace l2l::suite
