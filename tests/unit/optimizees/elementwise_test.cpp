#include "optimizees/elementwise.hpp"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

using namespace l2l;

TEST_CASE("the float exponential is within 3 units in the last place") {
  double worst = 0;
  for (int i = -87300; i <= 88000; ++i) {
    const float x = static_cast<float>(i) * 1e-3F;
    const double exact = std::exp(static_cast<double>(x));
    const float rounded = static_cast<float>(exact);
    const double ulp = std::nextafter(rounded, std::numeric_limits<float>::infinity()) - rounded;
    worst = std::max(worst, std::abs(static_cast<double>(exponential(x)) - exact) / ulp);
  }
  CHECK(worst < 3);
  CHECK(exponential(0.0F) == 1.0F);
}

TEST_CASE("the float exponential is finite and positive everywhere, and NaN of NaN") {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float x : {-infinity, -1e30F, -100.0F, 100.0F, 1e30F, infinity}) {
    CHECK(std::isfinite(exponential(x)));
    CHECK(exponential(x) >= std::numeric_limits<float>::min());
  }
  CHECK(std::isnan(exponential(std::nanf(""))));
}

TEST_CASE("sigmoid and the rectifier at their ends") {
  CHECK(sigmoid(0.0F) == 0.5F);
  CHECK(sigmoid(1e9F) == 1.0F);
  CHECK(sigmoid(-1e9F) < 1e-37F);
  CHECK(sigmoid(1000.0) == 1.0);
  CHECK(sigmoid(-1000.0) == 0.0);
  CHECK(rectify(-2.0F) == 0.0F);
  CHECK(rectify(3.0F) == 3.0F);
  CHECK(std::isnan(rectify(std::nanf(""))));
  CHECK(std::isnan(sigmoid(std::nanf(""))));
}
