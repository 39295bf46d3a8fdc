#include <memory>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cluster/shard_run.hpp"
#include "harness/run/run_suite.hpp"

namespace l2l {
namespace {

/// The command that does the same again.
std::string run_command(const RunOptions& options, const std::string& memory, const std::string& timeout,
                        const std::string& leave_within) {
  std::string command = "l2lbench run " + shell_word(options.suite);
  if (!options.directory.empty()) command += " --run " + shell_word(options.directory);
  if (options.threads != hardware_threads()) command += fmt::format(" --threads {}", options.threads);
  if (!memory.empty()) command += " --max-memory " + memory;
  if (!timeout.empty()) command += " --timeout-per-job " + timeout;
  if (!leave_within.empty()) command += " --leave-within " + leave_within;
  if (options.fail_fast) command += " --fail-fast";
  if (!options.reuse) command += " --no-reuse";
  if (!options.report) command += " --no-report";
  return command;
}

/// What it has for one shard more.
std::string shard_words(const ShardOptions& options) {
  std::string words = fmt::format(" --shard {}/{}", options.shard.index, options.shard.count);
  if (options.wave) words += fmt::format(" --wave {}", *options.wave);
  if (!options.stores.empty()) words += " --store " + shell_word(options.stores);
  return words;
}

}  // namespace

void add_run_command(const Command& program) {
  struct Texts {
    RunOptions options;
    std::string stores;
    std::optional<std::size_t> wave;
    std::string memory, timeout, shard, leave_within;
    bool no_reuse = false, no_report = false;
  };
  const auto given = std::make_shared<Texts>();
  given->options.threads = hardware_threads();
  const Command run =
      program.command("run", "Run a suite: train, tune, evaluate, report; continues where it left off");
  run.option("suite", given->options.suite, "Suite file, for instance suites/quick.yaml").required();
  run.option("--run", given->options.directory, "Run directory (default: runs/<suite name>)");
  run.option("--threads", given->options.threads, "Cores to use (default: all)").range(1, 4096);
  run.option("--max-memory", given->memory,
             "Budget of the jobs running at once, like 8G (default: 3/4 of the memory)");
  run.option("--timeout-per-job", given->timeout,
             "A job that takes longer fails, like 30m (default: no limit)");
  run.flag("--fail-fast", given->options.fail_fast, "Stop at the first failed job");
  run.flag("--no-reuse", given->no_reuse, "Do not take over equal results from neighbouring run directories");
  run.flag("--no-report", given->no_report, "Do not write a report at the end");
  const Option quiet = run.flag("--quiet", given->options.quiet, "Say nothing but failures");
  run.flag("--json", given->options.json, "Events as JSON on standard output, one object a line")
      .excludes(quiet);
  const Option shard = run.option("--shard", given->shard,
                                  "Only part K of N, like 3/8 (counted from 0), into a store of its "
                                  "own; auto/N in an array of Slurm or an "
                                  "Indexed Job of Kubernetes");
  run.option("--store", given->stores,
             "With --shard: folder of the shards' stores (default: shards in the run directory)")
      .needs(shard);
  run.option("--wave", given->wave, "With --shard: only this wave (default: what is ready)").needs(shard);
  run.option("--leave-within", given->leave_within,
             "Time that running jobs get to end or checkpoint after SIGUSR1 (default: 60s)");
  run.action([given] {
    RunOptions options = given->options;
    options.max_memory = given->memory.empty() ? default_memory_budget() : parse_bytes(given->memory);
    if (!given->timeout.empty()) options.job_timeout = parse_duration(given->timeout);
    options.reuse = !given->no_reuse;
    options.report = !given->no_report;
    if (!given->leave_within.empty()) options.leave_within = parse_duration(given->leave_within);
    options.command = run_command(options, given->memory, given->timeout, given->leave_within);
    if (given->shard.empty()) return run_suite(options);
    ShardOptions part{options, parse_shard(given->shard), given->stores, given->wave};
    part.run.command += shard_words(part);
    return run_shard(part);
  });
}

}  // namespace l2l
