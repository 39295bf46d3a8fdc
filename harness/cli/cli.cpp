#include "harness/cli/cli.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/json.hpp"
#include "harness/cli/commands.hpp"
#include "harness/store/manifest.hpp"

namespace l2l {
namespace {

/// Not fmt::print, which throws: a standard error that is closed must not turn an error into an abort.
void say(const std::string& text) {
  std::fputs(fmt::format("l2lbench: {}\n", text).c_str(), stderr);
}

std::string version_text() {
  const nlohmann::json program = program_info();
  const auto text = [&](const char* name) { return program.at(name).get<std::string>(); };
  return fmt::format("l2lbench {} (revision {}{}, {}, {})", text("version"), text("revision").substr(0, 12),
                     program.at("dirty") ? ", modified" : "", text("compiler"), text("build_type"));
}

int parse_and_run(int argc, char** argv) {
  CommandLine line(
      "l2lbench",
      "Reproducibility benchmark for \"Learning to learn by gradient descent by gradient descent\".\n"
      "A suite (YAML) says what to compare; `run` trains, tunes and evaluates it and writes a report.");
  line.version(version_text());
  const Command program = line.program();
  program.footer(
      "Exit codes: 0 all well, 1 a check failed, 2 usage, suite or environment error,\n"
      "3 some jobs failed, 4 nothing could be concluded, 130 interrupted (state saved).");
  add_run_command(program);
  add_plan_command(program);
  add_submit_commands(program);
  add_merge_command(program);
  add_status_command(program);
  add_report_command(program);
  add_verify_command(program);
  add_claims_command(program);
  add_gate_command(program);
  add_bench_command(program);
  add_history_command(program);
  add_nightly_command(program);
  add_datasets_command(program);
  add_schema_command(program);
  add_conformance_command(program);
  return line.run({argv + 1, argv + argc});
}

}  // namespace

int run_cli(int argc, char** argv) {
  try {
    const int code = parse_and_run(argc, argv);
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return code;
    say(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
    return kCannotStart;
  } catch (const Error& error) {
    say(error.what());
    return exit_code(error.code());
  } catch (const CheckFailure& bug) {
    say(bug.what());
    return kBug;
  } catch (const std::bad_alloc&) {
    say("out of memory\n  hint: lower --threads, or set --max-memory");
    return kCannotStart;
  } catch (const std::system_error& error) {  // fmt::print, a thread that cannot be started, a file system
    say(error.what());
    return kCannotStart;
  } catch (const std::exception& error) {
    say(fmt::format("unexpected: {}\n  this is a bug in l2lbench", error.what()));
    return kBug;
  }
}

}  // namespace l2l
