#include "reports/text/html.hpp"

#include <cmath>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "reports/text/csv.hpp"

namespace l2l::reports {
namespace {

constexpr std::size_t kShortText = 24;  // bytes that need no wide column

std::string order_text(double order) {
  return std::isnan(order)   ? ""
         : std::isinf(order) ? (order > 0 ? "Infinity" : "-Infinity")
                             : number_text(order);
}

std::string content(const Cell& cell) {
  std::string text;
  for (const Span& span : cell.spans) {
    std::string piece = html_text(span.text);
    if (span.strong) piece = fmt::format("<strong>{}</strong>", piece);
    const bool whole = cell.spans.size() > 1 && !piece.empty() && piece[0] == ' ';  // not to be broken
    text += whole ? fmt::format(" <span class=\"piece\">{}</span>", piece.substr(1)) : piece;
  }
  if (!cell.mark.empty()) text = fmt::format("<span class=\"mark {}\">{}</span>", html_text(cell.mark), text);
  if (!cell.link.empty()) text = fmt::format("<a href=\"{}\">{}</a>", html_text(cell.link), text);
  if (!cell.detail.empty())
    text += fmt::format("<details><summary>why</summary>{}</details>", html_text(cell.detail));
  return text;
}

/// Whether HTML may hold this character: it may not hold control characters and what Unicode calls
/// noncharacters.
bool is_allowed(std::string_view character) {
  const std::uint32_t point = code_point(character);
  if (point < 0x20) return point == '\n' || point == '\t';
  return (point < 0x7F || point > 0x9F) && (point & 0xFFFEU) != 0xFFFE && (point < 0xFDD0 || point > 0xFDEF);
}

const char* class_of(const Column& column, const Cell& cell) {
  if (column.number) return "number";
  if (column.code) return "code";
  const std::string text = cell.text();
  if (text.empty() || text == "–") return "text short none";
  return text.size() <= kShortText ? "text short" : "text";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string result;
  const std::string valid = valid_utf8(text);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    switch (valid[i]) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '\r':  // as every parser of HTML has it
        if (i + 1 == valid.size() || valid[i + 1] != '\n') result += '\n';
        break;
      default: {
        const std::size_t length = utf8_length(std::string_view(valid).substr(i));
        const std::string_view character = std::string_view(valid).substr(i, length);
        result += is_allowed(character) ? character : "\xEF\xBF\xBD";
        i += length - 1;
      }
    }
  }
  return result;
}

std::string script_json(std::string json) {
  for (std::size_t at = json.find('<'); at != std::string::npos; at = json.find('<', at))
    json.replace(at, 1, "\\u003c");
  return json;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                                       static_cast<int>(bytes.size()))));
  return text;
}

std::string html_table(const Table& table, const std::string& classes,
                       const std::vector<std::string>& row_ids) {
  std::string text = fmt::format("<div class=\"scroll\"><table class=\"sortable{}{}\">\n<thead><tr>",
                                 classes.empty() ? "" : " ", classes);
  for (const Column& column : table.columns)
    text += fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"number\"" : "",
                        html_text(column.title));
  text += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::vector<Cell>& row = table.rows[r];
    L2L_CHECK(row.size() == table.columns.size(), "cells={} columns={}", row.size(), table.columns.size());
    const bool named = r < row_ids.size() && !row_ids[r].empty();
    text += named ? fmt::format("<tr id=\"{}\">", html_text(row_ids[r])) : "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const Cell& cell = row[c];
      const Column& column = table.columns[c];
      text += fmt::format("<td class=\"{}\"", class_of(column, cell));
      if (cell.order) text += fmt::format(" data-order=\"{}\"", order_text(*cell.order));
      text += fmt::format(" data-title=\"{}\">{}</td>", html_text(column.title),
                          column.code ? fmt::format("<code>{}</code>", content(cell)) : content(cell));
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table></div>\n";
}

}  // namespace l2l::reports
