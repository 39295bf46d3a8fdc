// Where things are on this machine. Known to one unit only: the others are compiled alike everywhere, so that
// the compiler's cache serves another copy of the tree as well.
#pragma once

#include <string>

namespace l2l::test {

extern const char* const kProgram;  ///< the program's path

/// A file or folder of the source tree, e.g. source("docs/gate.md").
std::string source(const std::string& path);

}  // namespace l2l::test
