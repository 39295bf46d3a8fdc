#include "optimizees/spectrum.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "core/digest.hpp"

using namespace l2l;

TEST_CASE("matrices of a given spectrum: the bits are those that stored results were made with") {
  const std::map<std::size_t, const char*> expected = {{1, "e00e5eb9444182f3"},  {2, "f9701ae6a8c5598f"},
                                                       {3, "e39201ef8698133e"},  {7, "2e2539e13a5a4c04"},
                                                       {10, "ec792a1db0576a1c"}, {33, "d1ea521d3982a9a2"}};
  for (const auto& [n, digest] : expected) {
    CAPTURE(n);
    const std::vector<float> w = matrix_of_condition(1234.5, RandomStream(0, 2), RandomStream(0, 3), n);
    CHECK(Sha256().update_array(std::span<const float>(w)).hex().substr(0, 16) == digest);
  }
}
