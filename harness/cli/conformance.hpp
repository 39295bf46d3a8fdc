// l2lbench conformance DIR
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace l2l {

/// Adds the subcommand; when it is on the command line, parsing sets `action` to what runs it and returns
/// the exit code.
void add_conformance_command(CLI::App& app, std::function<int()>& action);

}  // namespace l2l
