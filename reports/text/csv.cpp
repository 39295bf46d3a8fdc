#include "reports/text/csv.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace l2l::reports {
namespace {

template <class Number>
void append_number(std::string& text, Number value) {
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  text.append(buffer.data(), end);
}

template <class Real>
void append_real(std::string& text, Real value) {
  if (std::isnan(value)) return;
  append_number(text, value);
}

template <class Real>
std::string real_text(Real value) {
  std::string text;
  append_real(text, value);
  return text;
}

/// Whether a spreadsheet would compute with this text.
bool starts_formula(std::string_view text) {
  if (text.empty() || std::string_view("=+-@\t\r").find(text[0]) == std::string_view::npos) return false;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error != std::errc{} || stop != end;
}

}  // namespace

std::string number_text(double value) {
  return real_text(value);
}
std::string number_text(float value) {
  return real_text(value);
}

CsvTable::CsvTable(const std::vector<std::string>& header) : columns_(header.size()) {
  add(header);
  end_record();
}

void CsvTable::separate() {
  if (fields_++ > 0) text_ += ',';
}

CsvTable& CsvTable::add(std::string_view unchecked) {
  separate();
  const std::string unguarded = valid_utf8(unchecked);
  const std::string guarded = starts_formula(unguarded) ? fmt::format("'{}", unguarded) : std::string();
  const std::string_view text = guarded.empty() ? unguarded : guarded;
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (const char c : text) {
    if (c == '"') text_ += '"';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

CsvTable& CsvTable::add(double value) {
  separate();
  append_real(text_, value);
  return *this;
}

CsvTable& CsvTable::add(float value) {
  separate();
  append_real(text_, value);
  return *this;
}

CsvTable& CsvTable::add(std::uint64_t value) {
  separate();
  append_number(text_, value);
  return *this;
}

CsvTable& CsvTable::add(int value) {
  separate();
  append_number(text_, value);
  return *this;
}

CsvTable& CsvTable::add(bool value) {
  return add(value ? "true" : "false");
}

CsvTable& CsvTable::add(const std::optional<double>& value) {
  return value ? add(*value) : add(std::string_view());
}

CsvTable& CsvTable::add(const std::vector<std::string>& fields) {
  for (const std::string& field : fields) add(std::string_view(field));
  return *this;
}

void CsvTable::end_record() {
  L2L_CHECK(fields_ == columns_, "fields={} columns={}", fields_, columns_);
  fields_ = 0;
  text_ += "\r\n";
}

std::string CsvTable::take() {
  return std::exchange(text_, {});
}

}  // namespace l2l::reports
