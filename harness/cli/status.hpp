// `l2lbench status RUN`: how far a run is, and what failed.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Registers `status`; when it is the subcommand given, sets `action`. It only reads, beside a running run
/// too.
void add_status_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
