#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>

#include "core/error.hpp"
#include "core/text.hpp"

namespace l2l {
namespace {

struct Quantity {
  double value = -1;  ///< negative where the text is no number
  std::string unit;   ///< lower case
};

Quantity split_quantity(const std::string& text) {
  Quantity quantity;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, quantity.value);
  if (error != std::errc() || !std::isfinite(quantity.value)) return {};
  for (const char* c = rest; c != end; ++c) quantity.unit += static_cast<char>(std::tolower(*c));
  return quantity;
}

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::size_t parse_bytes(const std::string& text) {
  Quantity quantity = split_quantity(text);
  std::string& unit = quantity.unit;
  if (unit.size() >= 2 && unit.ends_with("ib")) {
    unit.resize(unit.size() - 2);
  } else if (unit.ends_with("b")) {
    unit.pop_back();
  }
  const std::size_t power = unit.empty() ? 0 : std::string("kmgt").find(unit) + 1;
  if (!(quantity.value > 0) || unit.size() > 1 || (power == 0 && !unit.empty()) ||
      quantity.value * std::pow(1024.0, power) >= 1e18) {
    throw Error(ErrorCode::usage, fmt::format("'{}' is no amount of memory", text),
                "for instance 500M or 8G");
  }
  return static_cast<std::size_t>(quantity.value * std::pow(1024.0, power));
}

std::string bytes_text(std::size_t bytes) {
  const double mib = static_cast<double>(bytes) / (1024 * 1024);
  return mib < 1024 ? fmt::format("{:.3g} MiB", mib) : fmt::format("{:.3g} GiB", mib / 1024);
}

double parse_duration(const std::string& text) {
  const Quantity quantity = split_quantity(text);
  double factor = 0;
  if (quantity.unit.empty() || quantity.unit == "s") factor = 1;
  if (quantity.unit == "m") factor = 60;
  if (quantity.unit == "h") factor = 3600;
  if (!(quantity.value > 0) || factor == 0 || quantity.value > 1e8) {
    throw Error(ErrorCode::usage, fmt::format("'{}' is no duration", text), "for instance 90s, 30m or 2h");
  }
  return quantity.value * factor;
}

std::string format_duration(double seconds) {
  const auto total = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (total < 3600) return fmt::format("{}:{:02}", total / 60, total % 60);
  return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

std::string shell_word(const std::string& text) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_./:=@%+,-").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words)
    line += fmt::format("{}{}", line.empty() ? "" : " ", shell_word(word));
  return line;
}

std::string suggestion(const std::string& given, const std::vector<std::string>& known) {
  const auto distance = [&](const std::string& candidate) { return edit_distance(given, candidate); };
  const auto closest = std::min_element(
      known.begin(), known.end(), [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  if (closest == known.end() || distance(*closest) > (given.size() + 1) / 2) return "";
  return fmt::format("did you mean '{}'?", *closest);
}

}  // namespace l2l
