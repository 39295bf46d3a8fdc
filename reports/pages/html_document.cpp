#include "reports/pages/html_document.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "core/digest.hpp"
#include "reports/pages/page_assets.hpp"
#include "reports/text/html.hpp"

namespace l2l::reports {
namespace {

/// What a content security policy calls a script: 'sha256-...'.
std::string policy_hash(std::string_view script) {
  const std::array<std::uint8_t, 32> digest = Sha256().update(script).bytes();
  return fmt::format("'sha256-{}'", base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

}  // namespace

std::string html_document(const std::string& title, const std::string& body) {
  std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  text += fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'; script-src {} {}; base-uri 'none'; form-action 'none'\">\n",
      policy_hash(kDygraphsScript), policy_hash(kPageScript));
  text +=
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"l2lbench\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n";
  text += fmt::format("<title>{}</title>\n<style>\n{}\n{}</style>\n</head>\n<body>\n", html_text(title),
                      kDygraphsStyle, kPageStyle);
  text += body;
  text += fmt::format(
      "<details class=\"long faint\">\n<summary>Licence of the chart library in this page</summary>\n"
      "<pre>{}</pre>\n</details>\n",
      html_text(kDygraphsLicence));
  text += fmt::format("<script>{}</script>\n<script>{}</script>\n</body>\n</html>\n", kDygraphsScript,
                      kPageScript);
  return text;
}

}  // namespace l2l::reports
