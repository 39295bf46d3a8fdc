// Pieces of HTML: text that stays text, tables, data URIs.
#pragma once

#include <string>
#include <string_view>

#include "reports/text/table.hpp"

namespace l2l::reports {

/// Text as content or as a quoted attribute: exactly what it says, whatever it holds. Bytes that are no UTF-8
/// and control characters become U+FFFD, line breaks stay.
std::string html_text(std::string_view text);

/// JSON as the content of a script element: no "<" is left that could end it.
std::string script_json(std::string json);

std::string base64(std::string_view bytes);

/// A table in a frame that scrolls sideways; numbers and whatever has an order carry it as data-order.
/// @param classes  of the table, besides "sortable": "cards" turns rows into cards on a phone
/// @param row_ids  ids of the rows, or empty; "" gives none
std::string html_table(const Table& table, const std::string& classes = "",
                       const std::vector<std::string>& row_ids = {});

}  // namespace l2l::reports
