#include "tests/support/places.hpp"

namespace l2l::test {

const char* const kProgram = L2L_BINARY;

std::string source(const std::string& path) {
  return L2L_SOURCE_DIR "/" + path;
}

}  // namespace l2l::test
