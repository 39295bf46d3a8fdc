// The description of suites for editors.
#pragma once

#include <string>

namespace l2l {

/// JSON Schema (draft 2020-12) of a suite.
std::string suite_json_schema();

}  // namespace l2l
