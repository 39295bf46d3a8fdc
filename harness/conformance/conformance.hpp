// Replays golden vectors (independent reference results) through the real implementation, in double and in
// float, and says file by file how far it is off.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "harness/conformance/file_check.hpp"

namespace l2l {

/// Replays one file. Never throws for what is in the file: a damaged one is a failed FileCheck.
FileCheck check_golden_file(const std::filesystem::path& path);

/// Replays every *.json file of a directory in the order of their names and prints a line per quantity and
/// file. Returns 0 if all passed (or are not implemented), 1 if one failed, 4 if nothing was compared.
/// Throws Error{usage} if there is no such directory.
int run_conformance(const std::filesystem::path& directory, std::ostream& out);

}  // namespace l2l
