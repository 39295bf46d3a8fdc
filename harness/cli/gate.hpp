// `l2lbench gate`: has the program become worse?
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "reports/gate/outcome.hpp"

namespace l2l {

/// Options that `gate` and `bench` share: the form of the outcome and where it goes.
struct OutcomeOptions {
  std::string format = "markdown", out;
};
void add_outcome_options(CLI::App& command, OutcomeOptions& options);
/// Prints it, or writes it to the file and prints the verdict. Returns the exit code.
int deliver(const reports::GateOutcome& outcome, const OutcomeOptions& options);

void add_gate_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
