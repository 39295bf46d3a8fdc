// Writes reports of made-up runs for tests that read them with other programs:
//   write_reports synthetic|hostile|replicas FOLDER
//   write_reports texts -                    the hostile texts, as a JSON list
#include <cstdio>
#include <string>

#include "core/json.hpp"
#include "core/utf8.hpp"
#include "reports/pages/report.hpp"
#include "tests/unit/reports/hostile.hpp"
#include "tests/unit/reports/synthetic.hpp"

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: write_reports synthetic|hostile|replicas|texts FOLDER\n", stderr);
    return 2;
  }
  if (std::string(arguments[1]) == "texts") {
    nlohmann::json texts;
    for (const std::string& text : l2l::reports::hostile_texts()) texts.push_back(l2l::valid_utf8(text));
    std::puts(texts.dump().c_str());
    return 0;
  }
  const std::string kind = arguments[1];
  const bool hostile = kind == "hostile";
  const l2l::reports::ReportInput input = hostile              ? l2l::reports::hostile_run()
                                          : kind == "replicas" ? l2l::reports::replicated_run()
                                                               : l2l::reports::synthetic_run();
  l2l::reports::ReportOptions options;
  options.since =
      l2l::reports::earlier_run(input, hostile ? l2l::reports::hostile_texts().front() : "last night");
  const std::vector<std::string> warnings = l2l::reports::write_report(input, arguments[2], options).warnings;
  for (const std::string& warning : warnings) std::fprintf(stderr, "%s\n", warning.c_str());
  return warnings.empty() ? 0 : 1;
}
