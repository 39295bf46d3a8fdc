// `l2lbench run`.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Registers `run`; when it is the subcommand given, sets `action`.
void add_run_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
