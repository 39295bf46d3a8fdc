// From the file of a suite to the suite.
#pragma once

#include <string>

#include "harness/suite/suite.hpp"

namespace l2l {

/// Reads and checks a suite. Throws Error{suite} with file:line:column, what, and "did you mean".
Suite load_suite(const std::string& path);
/// The same from text; `path` only names it in errors (and resolves `include:`).
Suite parse_suite(const std::string& text, const std::string& path);

}  // namespace l2l
