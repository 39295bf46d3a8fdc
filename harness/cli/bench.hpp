// `l2lbench bench`: has the program become slower?
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace l2l {

void add_bench_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
