// `l2lbench merge`: the results of shards into the store of their run.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

/// Registers `merge`; when it is the subcommand given, sets `action`.
void add_merge_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
