// `l2lbench history`: nights one after the other.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

void add_history_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
