// `l2lbench submit`, `resubmit` and `cancel`: a suite as arrays of tasks on a cluster (docs/cluster.md).
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Registers the three; when one is the subcommand given, sets `action`.
void add_submit_commands(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
