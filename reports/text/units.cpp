#include "reports/text/units.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "reports/text/format.hpp"

namespace l2l::reports {
namespace {

constexpr std::array kFlop = {Unit{1e12, "TFLOP"}, Unit{1e9, "GFLOP"}, Unit{1e6, "MFLOP"}, Unit{1e3, "kFLOP"},
                              Unit{1, "FLOP"}};
constexpr std::array kTime = {Unit{1, "s"}, Unit{1e-3, "ms"}, Unit{1e-6, "µs"}, Unit{1e-9, "ns"}};

template <std::size_t n>
Unit largest(const std::array<Unit, n>& units, double value) {
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.size <= value; });
  return found == units.end() ? units.back() : *found;
}

std::string text_in(const Unit& unit, double value) {
  return fmt::format("{} {}", significant(value / unit.size), unit.name);
}

}  // namespace

Unit flop_unit(double value) {
  return largest(kFlop, value);
}

Unit time_unit(double seconds) {
  return largest(kTime, seconds);
}

std::string flop_text(double flop) {
  return text_in(flop_unit(flop), flop);
}

std::string time_text(double seconds) {
  return text_in(time_unit(seconds), seconds);
}

}  // namespace l2l::reports
