#include "reports/charts/ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/error.hpp"

namespace l2l::reports {
namespace {

constexpr double kSlack = 1e-9;  // of a tick that rounding put just outside its range

std::string power_of_ten(int exponent) {
  static constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (const char digit : std::to_string(std::abs(exponent)))
    text += kDigits[static_cast<std::size_t>(digit - '0')];
  return text;
}

std::string tick_label(double value, bool plain) {
  if (plain) return fmt::format("{:.6g}", value);
  return power_of_ten(static_cast<int>(std::lround(std::log10(value))));
}

std::vector<Tick> linear_ticks(double low, double high, int most) {
  const double rough = (high - low) / std::max(2, most);
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * decade >= rough * (1 - kSlack)) step = factor * decade;
  }
  std::vector<Tick> ticks;
  for (double i = std::ceil(low / step - kSlack); i * step <= high + kSlack * step; ++i) {
    ticks.push_back({i * step, fmt::format("{:.6g}", i * step + 0.0), false});  // + 0.0: no "-0"
  }
  return ticks;
}

/// Which of the digits 1 to 9 are labelled in each decade, densest first.
constexpr std::array<std::string_view, 4> kDigitSets = {"1234568", "1235", "125", "1"};

int ticks_in(double low, double high, std::string_view digits) {
  int count = 0;
  for (double decade = std::pow(10, std::floor(std::log10(low))); decade <= high; decade *= 10) {
    for (const char digit : digits) {
      const double at = (digit - '0') * decade;
      count += at >= low && at <= high;
    }
  }
  return count;
}

std::vector<Tick> log_ticks(double low, double high, int most) {
  const double decades = std::log10(high / low);
  if (decades < 0.3) return linear_ticks(low, high, most);
  std::string_view digits = "1";
  for (const std::string_view set : kDigitSets) {
    if (ticks_in(low, high, set) <= most + 1) {
      digits = set;
      break;
    }
  }
  const int every = std::max(1, static_cast<int>(std::ceil(decades / std::max(2, most))));
  const bool plain = digits != "1" || (low >= 0.9e-3 && high <= 1.1e4);
  const int first = static_cast<int>(std::floor(std::log10(low))),
            last = static_cast<int>(std::ceil(std::log10(high)));
  std::vector<Tick> ticks;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (int digit = 1; digit < 10; ++digit) {
      const double at = digit * std::pow(10, exponent);
      if (at < low * (1 - kSlack) || at > high * (1 + kSlack)) continue;
      const bool labelled =
          digits.find(static_cast<char>('0' + digit)) != std::string_view::npos && exponent % every == 0;
      if (labelled) {
        ticks.push_back({at, tick_label(at, plain), false});
      } else if (digit == 1 || decades <= 3.5) {
        ticks.push_back({at, "", true});
      }
    }
  }
  return ticks;
}

}  // namespace

std::vector<Tick> axis_ticks(double low, double high, bool log, int most) {
  L2L_CHECK(low < high && (!log || low > 0), "low={} high={} log={}", low, high, log);
  return log ? log_ticks(low, high, most) : linear_ticks(low, high, most);
}

void widen(double& low, double& high, bool log) {
  if (log) {
    const double factor = high > low ? std::pow(high / low, 0.04) : 1.2;
    low /= factor;
    high *= factor;
  } else {
    const double margin = high > low ? 0.04 * (high - low) : (high == 0 ? 1 : 0.1 * std::abs(high));
    low -= margin;
    high += margin;
  }
}

}  // namespace l2l::reports
