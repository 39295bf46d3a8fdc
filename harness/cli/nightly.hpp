// `l2lbench nightly`.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Registers `nightly`; when it is the subcommand given, sets `action`.
void add_nightly_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
