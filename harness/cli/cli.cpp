#include "harness/cli/cli.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <iostream>
#include <new>
#include <system_error>

#include <CLI/CLI.hpp>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/text.hpp"
#include "harness/cli/bench.hpp"
#include "harness/cli/conformance.hpp"
#include "harness/cli/datasets.hpp"
#include "harness/cli/gate.hpp"
#include "harness/cli/history.hpp"
#include "harness/cli/merge.hpp"
#include "harness/cli/nightly.hpp"
#include "harness/cli/plan.hpp"
#include "harness/cli/report.hpp"
#include "harness/cli/run.hpp"
#include "harness/cli/schema.hpp"
#include "harness/cli/status.hpp"
#include "harness/cli/submit.hpp"
#include "harness/cli/verify.hpp"
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

/// The subcommand the words lead to, as far as they are known.
const CLI::App* innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? &app : innermost(*parsed.front());
}

/// What else could have been meant by a word that nobody expected.
std::string suggestion_for(const std::string& word, const CLI::App& command) {
  std::vector<std::string> known;
  if (word.starts_with("-")) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
  } else {
    for (const CLI::App* other : command.get_subcommands({})) known.push_back(other->get_name());
  }
  return suggestion(word.substr(0, word.find('=')), known);
}

/// CLI11 takes whatever follows for the value: `--run --quiet` would run into a folder of that name.
void refuse_options_as_values(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || option->get_expected_max() == 0) continue;
    option->check([](const std::string& value) {
      return value.starts_with("--") ? fmt::format("a value is missing before {}", value) : "";
    });
  }
  for (CLI::App* other : command.get_subcommands({})) refuse_options_as_values(*other);
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = innermost(app);
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  std::string message = error.what(), hint;
  if (!extras.empty()) {
    const bool option = extras.front().starts_with("-");
    const bool has_commands = !command->get_subcommands({}).empty();
    message = fmt::format("unknown {} '{}'",
                          option         ? "option"
                          : has_commands ? "command"
                                         : "argument",
                          extras.front());
    hint = suggestion_for(extras.front(), *command);
  }
  std::string name;
  for (const CLI::App* at = command; at != nullptr; at = at->get_parent())
    name = at->get_name() + (name.empty() ? "" : " ") + name;
  if (!hint.empty()) message += "\n  hint: " + hint;
  say(fmt::format("{}\n  see: {} --help", message, name));
  return kCannotStart;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app(
      "Reproducibility benchmark for \"Learning to learn by gradient descent by gradient descent\".\n"
      "A suite (YAML) says what to compare; `run` trains, tunes and evaluates it and writes a report.",
      "l2lbench");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all well, 1 a check failed, 2 usage, suite or environment error,\n"
      "3 some jobs failed, 4 nothing could be concluded, 130 interrupted (state saved).");
  std::function<int()> action;
  add_run_command(app, action);
  add_plan_command(app, action);
  add_submit_commands(app, action);
  add_merge_command(app, action);
  add_status_command(app, action);
  add_report_command(app, action);
  add_verify_command(app, action);
  add_gate_command(app, action);
  add_bench_command(app, action);
  add_history_command(app, action);
  add_nightly_command(app, action);
  add_datasets_command(app, action);
  add_schema_command(app, action);
  add_conformance_command(app, action);
  refuse_options_as_values(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {  // --help, --version
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  L2L_CHECK(action, "no action for {}", argc > 1 ? argv[1] : "");
  return action();
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
