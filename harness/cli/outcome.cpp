#include "harness/cli/outcome.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "core/files.hpp"

namespace l2l {

void add_outcome_options(const Command& command, OutcomeOptions& options) {
  command.option("--format", options.format, "markdown, junit (XML), github (annotations) or json")
      .one_of({"markdown", "junit", "github", "json"});
  command.option("--out", options.out, "File to write to (default: standard output)");
}

int deliver(const reports::GateOutcome& outcome, const OutcomeOptions& options) {
  const std::string text = gate_text(outcome, options.format);
  if (options.out.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomically(options.out, text);
    fmt::print("{}: {}: {}\n", outcome.title, to_string(outcome.verdict), fmt::join(outcome.reasons, "; "));
  }
  return exit_code_of(outcome.verdict);
}

}  // namespace l2l
