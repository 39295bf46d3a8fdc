#include "optimizees/optimizee.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/random.hpp"
#include "optimizees/problem_seed.hpp"

namespace l2l {

const char* to_string(Role role) {
  switch (role) {
    case Role::train:
      return "train";
    case Role::validation:
      return "validation";
    case Role::tune:
      return "tune";
    case Role::test:
      return "test";
  }
  L2L_CHECK(false, "role={}", static_cast<int>(role));
}

std::uint64_t problem_seed(std::string_view identity, Role role, std::uint64_t index, std::string_view use) {
  return seed_from(fmt::format("{}\n{} {} {}", identity, to_string(role), index, use));
}

}  // namespace l2l
