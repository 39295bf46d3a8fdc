// The frame of every HTML page.
#pragma once

#include <string>

namespace l2l::reports {

/// Head, style, scripts, and a closing line about licences. Needs nothing else and loads nothing from
/// outside.
/// @param title  text
/// @param body   HTML
std::string html_document(const std::string& title, const std::string& body);

}  // namespace l2l::reports
