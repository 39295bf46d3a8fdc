#include "harness/plan/draw.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace l2l {
namespace {

double rounded(double rate) {
  const std::string text = fmt::format("{:.6g}", rate);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

double draw_log_uniform(double low, double high, double u) {
  return rounded(low * std::pow(high / low, u));
}

double draw_uniform(double low, double high, double u) {
  return rounded(low + (high - low) * u);
}

}  // namespace l2l
