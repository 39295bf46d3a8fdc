// Many p-values together: numbers worked out by hand.
#include <catch2/catch.hpp>

#include "reports/statistics/p_values.hpp"

using namespace l2l::reports;

TEST_CASE("Holm's correction, by hand") {
  // Four claims: 0.01 * 4; 0.02 * 3 = 0.06; 0.03 * 2 = 0.06; 0.005 is the smallest: 0.005 * 4 = 0.02.
  // Sorted 0.005 0.01 0.03 0.04 -> 0.02, 0.03, 0.06, max(0.06, 0.04) = 0.06.
  const std::vector<double> adjusted = holm_adjusted(std::vector<double>{0.01, 0.04, 0.03, 0.005});
  REQUIRE(adjusted.size() == 4);
  CHECK(adjusted[0] == Approx(0.03));
  CHECK(adjusted[1] == Approx(0.06));
  CHECK(adjusted[2] == Approx(0.06));
  CHECK(adjusted[3] == Approx(0.02));
  CHECK(holm_adjusted(std::vector<double>{0.4, 0.9}) == std::vector<double>{0.8, 0.9});
  CHECK(holm_adjusted(std::vector<double>{0.7, 0.9}) == std::vector<double>{1, 1});
  CHECK(holm_adjusted(std::vector<double>{}).empty());
}

TEST_CASE("partial conjunctions, by hand") {
  CHECK(p_more_than(std::vector<double>{0.5, 0.001, 0.01}, 1) == Approx(0.02));  // (3 - 1) * 0.01
  CHECK(p_more_than(std::vector<double>{0.5, 0.001, 0.01}, 2) == Approx(0.5));
}
