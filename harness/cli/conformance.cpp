#include <iostream>
#include <memory>
#include <string>

#include "harness/cli/commands.hpp"
#include "harness/conformance/conformance.hpp"

namespace l2l {

void add_conformance_command(const Command& program) {
  const Command command = program.command(
      "conformance", "Replay golden vectors through the implementation, in float64 and float32");
  command.footer("Exit code: 0 all passed or not implemented, 1 something failed, 4 nothing was compared.");
  const auto directory = std::make_shared<std::string>();
  command.option("DIR", *directory, "Directory of golden *.json files").required();
  command.action([directory] { return run_conformance(*directory, std::cout); });
}

}  // namespace l2l
