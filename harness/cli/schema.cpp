#include "harness/cli/schema.hpp"

#include <fmt/format.h>

#include "harness/suite/suite.hpp"

namespace l2l {

void add_schema_command(CLI::App& app, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("schema", "Prints the JSON Schema of suites, for editors");
  command->callback([&action] {
    action = [] {
      fmt::print("{}", suite_json_schema());
      return 0;
    };
  });
}

}  // namespace l2l
