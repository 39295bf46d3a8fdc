// CSV as RFC 4180 has it: comma, CRLF after every record (the last one too), a header, fields quoted only
// where they need it. Numbers have a dot whatever the locale and as many digits as it takes to read the
// same bits back; infinities are "inf", missing values are empty. Text that a spreadsheet would take for a
// formula (it begins with = + - @, a tab or a carriage return, and is no number) gets an apostrophe in front.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace l2l::reports {

/// Shortest decimal text that reads back as the same value; "inf", "-inf"; NaN is "".
std::string number_text(double value);
std::string number_text(float value);

/// Builds the text of a table record by record; every record must have as many fields as the header.
class CsvTable {
 public:
  explicit CsvTable(const std::vector<std::string>& header);

  CsvTable& add(
      std::string_view text);  ///< quoted where it holds a comma, a quote or a line break; no formula
  CsvTable& add(const char* text) { return add(std::string_view(text)); }
  CsvTable& add(double value);
  CsvTable& add(float value);
  CsvTable& add(std::uint64_t value);
  CsvTable& add(int value);
  CsvTable& add(bool value);  ///< "true" or "false"
  CsvTable& add(const std::optional<double>& value);
  CsvTable& add(const std::vector<std::string>& fields);
  void end_record();

  const std::string& text() const { return text_; }
  /// Hands over what is there so far, so that a long table need not be kept in memory.
  std::string take();

 private:
  void separate();

  std::size_t columns_;
  std::size_t fields_ = 0;
  std::string text_;
};

}  // namespace l2l::reports
