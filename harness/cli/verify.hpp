// `l2lbench verify RUN`: computes jobs of a run once more and compares every bit.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Registers `verify`; when it is the subcommand given, sets `action`. Exit codes: 0 equal, 1 a difference
/// or a damaged result, 3 a job could not be computed, 4 nothing to verify, 130 interrupted.
void add_verify_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
