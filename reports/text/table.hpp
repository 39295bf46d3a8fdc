// A table as plain data: built once from results, then written as Markdown, HTML or LaTeX.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace l2l::reports {

/// A piece of a cell's text, plain: whoever writes it escapes it.
struct Span {
  std::string text;
  bool strong = false;
};

struct Cell {
  std::vector<Span> spans;
  std::optional<double> order;  ///< what sorting compares; the text where there is none
  std::string path;             ///< in Markdown: of the file the text links to
  // in HTML only:
  std::string link;    ///< "#id" of what the cell comes from
  std::string mark;    ///< a badge of this kind: "reproduced", "failed", ...
  std::string detail;  ///< more text, folded away

  Cell() = default;
  Cell(std::string text, bool strong = false) : spans{{std::move(text), strong}} {}
  Cell(const char* text) : Cell(std::string(text)) {}
  std::string text() const;  ///< of all spans
};

/// "1,234,567" of a whole number, sorted by its size.
Cell count_cell(double count);

struct Column {
  std::string title;
  bool number = false;  ///< aligned to the right
  bool code = false;    ///< in HTML in the letters of code
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as `columns`

  bool empty() const { return rows.empty(); }
};

/// A GitHub-flavoured Markdown table, each line ended; links are left out. @throws CheckFailure on a row of
/// another length than the header.
std::string markdown_table(const Table& table);

}  // namespace l2l::reports
