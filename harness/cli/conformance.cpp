#include "harness/cli/conformance.hpp"

#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "harness/conformance/conformance.hpp"

namespace l2l {

void add_conformance_command(CLI::App& app, std::function<int()>& action) {
  CLI::App* const command = app.add_subcommand(
      "conformance", "Replay golden vectors through the implementation, in float64 and float32");
  command->footer("Exit code: 0 all passed or not implemented, 1 something failed, 4 nothing was compared.");
  const auto directory = std::make_shared<std::string>();
  command->add_option("DIR", *directory, "Directory of golden *.json files")->required();
  command->callback(
      [directory, &action] { action = [directory] { return run_conformance(*directory, std::cout); }; });
}

}  // namespace l2l
