#include <catch2/catch.hpp>

#include "core/random.hpp"
#include "reports/statistics/change_points.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {
std::vector<double> noise(std::uint64_t stream, std::size_t n) {
  std::vector<double> values;
  const RandomStream random(seed_from("change points"), stream);
  for (std::size_t i = 0; i < n; ++i) values.push_back(random.normal(i));
  return values;
}
}  // namespace

TEST_CASE("a change of level is found where it is") {
  std::vector<double> values = noise(1, 60);
  for (std::size_t i = 37; i < 60; ++i) values[i] += 6;
  CHECK(change_points(values, 1e-3) == std::vector<std::size_t>{37});
  for (std::size_t i = 50; i < 60; ++i) values[i] -= 12;
  CHECK(change_points(values, 1e-3) == std::vector<std::size_t>{37, 50});
}

TEST_CASE("a single spike, and two in a row, are no change") {
  std::vector<double> values(30, 1.0);
  values[12] = 100;
  CHECK(change_points(values, 1e-3).empty());
  values = noise(2, 40);
  values[20] += 1000;
  CHECK(change_points(values, 1e-3).empty());
  values[39] += 1000;  // the newest night
  CHECK(change_points(values, 1e-3).empty());
}

TEST_CASE("where all is constant a lasting change is seen after three nights, one below the floor never") {
  std::vector<double> values(20, 1.0);
  values.insert(values.end(), 2, 1.1);
  CHECK(change_points(values, 1e-3).empty());
  values.push_back(1.1);
  CHECK(change_points(values, 1e-3) == std::vector<std::size_t>{20});
  values.assign(20, 1.0);
  values.insert(values.end(), 20, 1.0 + 1e-5);
  CHECK(change_points(values, 1e-3).empty());
}

TEST_CASE("noise alone rarely changes") {
  int found = 0;
  for (std::uint64_t trial = 0; trial < 300; ++trial)
    found += !change_points(noise(100 + trial, 60), 1e-3).empty();
  CHECK(found <= 3);
}

TEST_CASE("too short a series has no change") {
  CHECK(change_points({}, 1e-3).empty());
  CHECK(change_points({1, 1, 2, 2, 2}, 1e-3).empty());
}
