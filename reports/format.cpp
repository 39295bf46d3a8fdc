#include "reports/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace l2l::reports {
namespace {

constexpr int kMostDecimals = 8;

bool readable(double value) {
  return value == 0 || (std::abs(value) >= 1e-4 && std::abs(value) < 1e6);
}

int exponent_of(double value) {
  return static_cast<int>(std::floor(std::log10(std::abs(value))));
}

std::string special(double value) {
  return std::isnan(value) ? "–" : value > 0 ? "diverged" : "−∞";
}

/// A minus sign instead of a hyphen: it lines up with digits and does not break.
std::string with_minus(std::string text) {
  if (text.starts_with('-')) text.replace(0, 1, "−");
  return text;
}

}  // namespace

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return special(value);
  if (!readable(value)) return with_minus(fmt::format("{:.{}e}", value, digits - 1));
  if (value == 0) return "0";
  const int decimals = std::clamp(digits - 1 - exponent_of(value), 0, kMostDecimals);
  return with_minus(fmt::format("{:.{}f}", value, decimals));
}

std::string rounded_to(double value, double error) {
  if (!std::isfinite(value)) return special(value);
  if (!(error > 0) || !std::isfinite(error) || !readable(value)) return significant(value);
  const int decimals = std::clamp(1 - exponent_of(error), 0, kMostDecimals);
  return with_minus(fmt::format("{:.{}f}", value, decimals));
}

std::string mean_and_error(const Summary& summary) {
  if (summary.diverged > 0) {
    const std::string median = std::isfinite(summary.median) ? "; median " + significant(summary.median) : "";
    return fmt::format("diverged ({} of {}{})", summary.diverged, summary.n, median);
  }
  const double error = summary.standard_error;
  if (!(error > 0)) return significant(summary.mean);
  if (!readable(summary.mean))
    return fmt::format("{} ± {}", significant(summary.mean), significant(error, 2));
  return fmt::format("{} ± {}", rounded_to(summary.mean, error), rounded_to(error, error));
}

std::string interval_text(const Summary& summary) {
  if (summary.diverged > 0) return "diverged";
  if (std::isnan(summary.interval.low)) return "–";
  return fmt::format("[{}, {}]", rounded_to(summary.interval.low, summary.standard_error),
                     rounded_to(summary.interval.high, summary.standard_error));
}

std::string mean_and_interval(const Summary& summary, const std::string& strong) {
  if (summary.diverged > 0)
    return fmt::format("{}diverged{} ({} of {})", strong, strong, summary.diverged, summary.n);
  return fmt::format("{}{}{} {}", strong, rounded_to(summary.mean, summary.standard_error), strong,
                     interval_text(summary));
}

std::string setting_text(double value) {
  return fmt::format("{:.4g}", value);
}

std::string markdown_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '|':
        result += "\\|";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\r':
        break;
      case '\n':
        result += ' ';
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string duration_text(double seconds) {
  const auto total = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (total >= 3600) return fmt::format("{} h {:02} min", total / 3600, total % 3600 / 60);
  if (total >= 60) return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} s", total);
}

}  // namespace l2l::reports
