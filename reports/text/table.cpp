#include "reports/text/table.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "reports/text/format.hpp"

namespace l2l::reports {

std::string Cell::text() const {
  std::string text;
  for (const Span& span : spans) text += span.text;
  return text;
}

Cell count_cell(double count) {
  const std::string digits = fmt::format("{:.0f}", count);
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  Cell cell(std::move(grouped));
  cell.order = count;
  return cell;
}

std::string markdown_table(const Table& table) {
  std::string text = "|", rule = "|";
  for (const Column& column : table.columns) {
    text += fmt::format(" {} |", markdown_text(column.title));
    rule += column.number ? "---:|" : "---|";
  }
  text += fmt::format("\n{}\n", rule);
  for (const std::vector<Cell>& row : table.rows) {
    L2L_CHECK(row.size() == table.columns.size(), "cells={} columns={}", row.size(), table.columns.size());
    text += "|";
    for (const Cell& cell : row) {
      std::string content;
      for (const Span& span : cell.spans) {
        const std::string piece = markdown_text(span.text);
        content += span.strong ? fmt::format("**{}**", piece) : piece;
      }
      if (!cell.path.empty()) content = fmt::format("[{}]({})", content, cell.path);
      text += fmt::format(" {} |", content);
    }
    text += "\n";
  }
  return text;
}

}  // namespace l2l::reports
