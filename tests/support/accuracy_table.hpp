// The bounds that docs/accuracy.md promises: tests assert what users read.
#pragma once

#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/support/places.hpp"

namespace l2l::testing {

/// The bound (last column) of the row "| `name` | ... | bound |". Throws where there is none.
inline double documented_bound(const std::string& name) {
  std::ifstream page(test::source("docs/accuracy.md"));
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| `" + name + "` |", 0) != 0) continue;
    const std::size_t end = line.rfind(" |"), begin = line.rfind("| ", end - 1) + 2;
    double bound = 0;
    const auto [rest, failure] = std::from_chars(line.data() + begin, line.data() + end, bound);
    if (failure == std::errc() && rest == line.data() + end && bound > 0) return bound;
    throw std::runtime_error("docs/accuracy.md: the row of " + name + " does not end in a number");
  }
  throw std::runtime_error("docs/accuracy.md has no row " + name);
}

}  // namespace l2l::testing
