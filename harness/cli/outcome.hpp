// What `gate` and `bench` share: the form of an outcome and where it goes.
#pragma once

#include <string>

#include "harness/cli/command_line.hpp"
#include "reports/gate/outcome.hpp"

namespace l2l {

struct OutcomeOptions {
  std::string format = "markdown", out;
};
void add_outcome_options(const Command& command, OutcomeOptions& options);
/// Prints it, or writes it to the file and prints the verdict. Returns the exit code.
int deliver(const reports::GateOutcome& outcome, const OutcomeOptions& options);

}  // namespace l2l
