// `l2lbench report`.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Adds the command to the program; when it is chosen, `action` becomes what to run (it returns the exit
/// code).
void add_report_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
