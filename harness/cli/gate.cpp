#include "harness/cli/gate.hpp"

#include <cstdio>
#include <memory>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "harness/watch/gate_baseline.hpp"
#include "reports/gate/self_test.hpp"

namespace l2l {
namespace {

struct GateArguments {
  std::string baseline, candidate, write_baseline, run;
  std::size_t seeds = kBaselineSeeds;
  bool self_test = false;
  int comparisons = 2000;
  std::uint64_t seed = 1;
  OutcomeOptions outcome;
};

int write_baseline(const GateArguments& arguments) {
  if (arguments.run.empty())
    throw Error(ErrorCode::usage, "--write-baseline needs the run to make it of",
                fmt::format("l2lbench gate --write-baseline {} runs/NAME", arguments.write_baseline));
  const reports::GateRun run = load_gate_run(arguments.run);
  for (const std::string& note : run.notes) fmt::print("note: {}\n", note);
  if (run.cells.empty()) {
    fmt::print("{} has no results yet: no baseline was written\n", arguments.run);
    return kInconclusive;
  }
  write_gate_baseline(arguments.write_baseline, run, arguments.seeds);
  fmt::print("{}: {} cells, at most {} seeds each\n", arguments.write_baseline, run.cells.size(),
             arguments.seeds);
  return 0;
}

int self_test(const GateArguments& arguments) {
  const auto rows = reports::gate_self_test(arguments.comparisons, arguments.seed);
  const std::string table = self_test_markdown(rows);
  if (arguments.outcome.out.empty())
    fmt::print("{}", table);
  else
    write_file_atomically(arguments.outcome.out, table);
  return within_goal(rows) ? kAllWell : kCheckFailed;
}

int gate(const GateArguments& arguments) {
  if (arguments.self_test) return self_test(arguments);
  if (!arguments.write_baseline.empty()) return write_baseline(arguments);
  if (arguments.baseline.empty() || arguments.candidate.empty())
    throw Error(ErrorCode::usage, "the gate compares two runs", "l2lbench gate --baseline X --candidate Y");
  return deliver(compare_runs(load_gate_run(arguments.baseline), load_gate_run(arguments.candidate)),
                 arguments.outcome);
}

}  // namespace

void add_outcome_options(CLI::App& command, OutcomeOptions& options) {
  command.add_option("--format", options.format, "markdown, junit (XML), github (annotations) or json")
      ->check(CLI::IsMember({"markdown", "junit", "github", "json"}));
  command.add_option("--out", options.out, "File to write to (default: standard output)");
}

int deliver(const reports::GateOutcome& outcome, const OutcomeOptions& options) {
  const std::string text = gate_text(outcome, options.format);
  if (options.out.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomically(options.out, text);
    fmt::print("{}: {}: {}\n", outcome.title, to_string(outcome.verdict), fmt::join(outcome.reasons, "; "));
  }
  return exit_code_of(outcome.verdict);
}

void add_gate_command(CLI::App& app, std::function<int()>& action) {
  const auto arguments = std::make_shared<GateArguments>();
  CLI::App* command =
      app.add_subcommand("gate", "Compare two runs of a suite: has the program become worse?");
  command->add_option("--baseline", arguments->baseline, "Run directory, or a file of --write-baseline");
  command->add_option("--candidate", arguments->candidate,
                      "Run directory (or such a file) that must not be worse");
  add_outcome_options(*command, arguments->outcome);
  command->add_option("--write-baseline", arguments->write_baseline,
                      "Write this small file of RUN, for --baseline of later comparisons");
  command->add_option("--seeds", arguments->seeds, "Of --write-baseline: seeds kept of each cell")
      ->check(CLI::Range(8, 1'000'000))
      ->capture_default_str();
  command->add_option("RUN", arguments->run, "Of --write-baseline: run directory, or the suite that was run");
  command->add_flag("--self-test", arguments->self_test,
                    "Simulate comparisons with recorded noise: false alarms and power, as in docs/gate.md");
  command->add_option("--comparisons", arguments->comparisons, "Of --self-test, where nothing changed")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "Of --self-test")->capture_default_str();
  command->callback([&action, arguments] { action = [arguments] { return gate(*arguments); }; });
}

}  // namespace l2l
