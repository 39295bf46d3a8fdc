#include "optimizees/problem_seed.hpp"

#include <fmt/format.h>

#include "core/random.hpp"

namespace l2l {

std::uint64_t problem_seed(std::string_view identity, Role role, std::uint64_t index, std::string_view use) {
  return seed_from(fmt::format("{}\n{} {} {}", identity, to_string(role), index, use));
}

}  // namespace l2l
