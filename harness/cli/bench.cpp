#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/outcome.hpp"
#include "harness/watch/bench.hpp"

namespace l2l {
namespace {

constexpr double kBetweenSessions = 0.15;  // two sessions drift by 10 % and more without anybody's fault

struct BenchArguments {
  std::string against, candidate, filter;
  std::vector<std::string> programs, files;
  int rounds = 24;
  double min_time = 0.1, minimum = -1;
  bool instructions = false, quiet = false;
  OutcomeOptions outcome;
};

int compare_files(const BenchArguments& arguments) {
  reports::SpeedSettings settings;
  settings.minimum = arguments.minimum > 0 ? arguments.minimum : kBetweenSessions;
  reports::GateOutcome outcome =
      compare_speed(series_of_files(arguments.files[0], arguments.files[1]), {}, settings);
  outcome.baseline = arguments.files[0];
  outcome.candidate = arguments.files[1];
  outcome.notes.emplace_back(
      "two sessions, not measured in turn: a drift of the machine between them looks like a change of the "
      "program");
  return deliver(outcome, arguments.outcome);
}

int bench(const BenchArguments& arguments) {
  if (arguments.files.size() == 2) return compare_files(arguments);
  if (arguments.against.empty())
    throw Error(ErrorCode::usage, "there is nothing to compare with",
                "l2lbench bench --against OTHER-BUILD, or --json BASELINE.json CANDIDATE.json");
  const std::filesystem::path own =
      arguments.candidate.empty() ? own_build() : std::filesystem::path(arguments.candidate);
  const auto pairs = benchmark_pairs(arguments.against, own, arguments.programs, arguments.filter);
  reports::SpeedSettings settings;
  if (arguments.minimum > 0) settings.minimum = arguments.minimum;
  const auto series = measure_in_turn(pairs, arguments.rounds, arguments.min_time, arguments.quiet);
  std::vector<reports::InstructionCount> counts;
  if (arguments.instructions) counts = count_instructions(pairs, arguments.quiet);
  reports::GateOutcome outcome = compare_speed(series, counts, settings);
  outcome.baseline = arguments.against;
  outcome.candidate = own.string();
  return deliver(outcome, arguments.outcome);
}

}  // namespace

void add_bench_command(const Command& program) {
  const auto arguments = std::make_shared<BenchArguments>();
  const Command command =
      program.command("bench", "Time this build against another, in turn: has it become slower?");
  const Option against =
      command.option("--against", arguments->against,
                     "The baseline: a build folder, its bin/l2lbench, or a benchmark program");
  command.option("--candidate", arguments->candidate, "The same of the candidate (default: this build)");
  command.option("--program", arguments->programs,
                 "Benchmark programs to run (default: gate_jobs, lstm_kernels)");
  command.option("--filter", arguments->filter, "Regular expression: which of their benchmarks");
  command.option("--rounds", arguments->rounds, "Rounds of baseline, control and candidate")
      .range(1, 10'000)
      .show_default();
  command.option("--min-time", arguments->min_time, "Seconds a benchmark runs in a round")
      .range(1e-6, 1e4)
      .show_default();
  command
      .option("--minimum", arguments->minimum,
              "Smallest slowdown that counts (default: 0.03; of two files 0.15)")
      .range(1e-4, 100.0);
  command.flag("--instructions", arguments->instructions, "Count instructions too (perf, else valgrind)");
  command.flag("--quiet", arguments->quiet, "No progress");
  command.option("--json", arguments->files, "Compare two JSON files of Google Benchmark instead")
      .values(2)
      .excludes(against);
  add_outcome_options(command, arguments->outcome);
  command.action([arguments] { return bench(*arguments); });
}

}  // namespace l2l
