#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/suite/json_schema.hpp"
#include "harness/suite/suite.hpp"

namespace l2l {

void add_schema_command(const Command& program) {
  const Command command = program.command("schema", "Prints the JSON Schema of suites, for editors");
  command.action([] {
    fmt::print("{}", suite_json_schema());
    return 0;
  });
}

}  // namespace l2l
