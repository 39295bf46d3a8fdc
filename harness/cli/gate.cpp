#include <cstdio>
#include <memory>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/outcome.hpp"
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

void add_gate_command(const Command& program) {
  const auto arguments = std::make_shared<GateArguments>();
  const Command command =
      program.command("gate", "Compare two runs of a suite: has the program become worse?");
  command.option("--baseline", arguments->baseline, "Run directory, or a file of --write-baseline");
  command.option("--candidate", arguments->candidate,
                 "Run directory (or such a file) that must not be worse");
  add_outcome_options(command, arguments->outcome);
  command.option("--write-baseline", arguments->write_baseline,
                 "Write this small file of RUN, for --baseline of later comparisons");
  command.option("--seeds", arguments->seeds, "Of --write-baseline: seeds kept of each cell")
      .range(8, 1'000'000)
      .show_default();
  command.option("RUN", arguments->run, "Of --write-baseline: run directory, or the suite that was run");
  command.flag("--self-test", arguments->self_test,
               "Simulate comparisons with recorded noise: false alarms and power, as in docs/gate.md");
  command.option("--comparisons", arguments->comparisons, "Of --self-test, where nothing changed")
      .range(100, 1'000'000)
      .show_default();
  command.option("--seed", arguments->seed, "Of --self-test").show_default();
  command.action([arguments] { return gate(*arguments); });
}

}  // namespace l2l
