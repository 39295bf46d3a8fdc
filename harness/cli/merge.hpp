// `l2lbench merge`: the results of shards into the store of their run.
#pragma once

#include <functional>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/store/store.hpp"

namespace l2l {

/// Registers `merge`; when it is the subcommand given, sets `action`.
void add_merge_command(CLI::App& app, std::function<int()>& action);

/// On standard error, with both origins and what to do.
void print_conflicts(const std::vector<Conflict>& conflicts);

}  // namespace l2l
