#include "reports/text/format.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "core/utf8.hpp"

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

std::string mean_text(const Summary& summary) {
  return summary.diverged > 0 ? "diverged" : rounded_to(summary.mean, summary.standard_error);
}

std::string spread_text(const Summary& summary) {
  return summary.diverged > 0 ? fmt::format("({} of {})", summary.diverged, summary.n)
                              : interval_text(summary);
}

std::string mean_and_interval(const Summary& summary) {
  return mean_text(summary) + " " + spread_text(summary);
}

std::string setting_text(double value) {
  return fmt::format("{:.4g}", value);
}

std::string markdown_text(const std::string& unchecked) {
  const std::string text = valid_utf8(unchecked);
  const auto word = [&](std::size_t i) {
    const auto c = static_cast<unsigned char>(i < text.size() ? text[i] : ' ');
    return std::isalnum(c) != 0 || c >= 0x80U;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (const char c = text[i]) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += word(i + 1) || (i + 1 < text.size() && text[i + 1] == '#') ? "&amp;" : "&";
        break;
      case '_':  // within a word it is no emphasis
        result += i > 0 && word(i - 1) && word(i + 1) ? "_" : "\\_";
        break;
      case '|':
      case '#':  // closes a heading
      case '\\':
      case '`':
      case '*':
      case '[':
      case ']':
      case '$':
      case '~':
        result += '\\';
        result += c;
        break;
      default:
        // a line break or another control character would end the line or the cell
        result += static_cast<unsigned char>(c) < 0x20U || c == 0x7F ? ' ' : c;
    }
  }
  return result;
}

std::string markdown_paragraphs(const std::string& text) {
  std::string result;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find("\n\n", start), text.size());
    std::string paragraph = text.substr(start, end - start);
    start = end + 2;
    paragraph.erase(0, paragraph.find_first_not_of(" \t\r\n"));
    if (paragraph.empty()) continue;
    paragraph = markdown_text(paragraph);
    // at the start of a line these begin a list, a rule or a heading
    const std::size_t number = paragraph.find_first_not_of("0123456789");
    if (std::string_view("-+=").find(paragraph[0]) != std::string_view::npos) {
      paragraph.insert(paragraph.begin(), '\\');
    } else if (number != std::string::npos && number > 0 &&
               (paragraph[number] == '.' || paragraph[number] == ')')) {
      paragraph.insert(paragraph.begin() + static_cast<std::ptrdiff_t>(number), '\\');
    }
    result += paragraph + "\n\n";
  }
  return result;
}

std::string markdown_code(const std::string& code, const std::string& language) {
  std::string fence = "```";
  while (code.find(fence) != std::string::npos) fence += '`';
  return fmt::format("{0}{1}\n{2}\n{0}\n", fence, language, valid_utf8(code));
}

std::string duration_text(double seconds) {
  const auto total = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (total >= 3600) return fmt::format("{} h {:02} min", total / 3600, total % 3600 / 60);
  if (total >= 60) return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} s", total);
}

}  // namespace l2l::reports
