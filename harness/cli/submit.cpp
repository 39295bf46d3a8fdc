#include <memory>
#include <string>

#include "core/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cluster/submission.hpp"

namespace l2l {
namespace {

void add_submit(const Command& program) {
  struct Texts {
    SubmitOptions options;
    std::string engine = "slurm", task_time = "10m", warn = "120s";
    bool no_reuse = false;
  };
  const auto given = std::make_shared<Texts>();
  const Command submit =
      program.command("submit", "Send a suite to a cluster: an array of tasks for each wave");
  submit.option("suite", given->options.suite, "Suite file").required();
  submit.option("--run", given->options.directory,
                "Run directory, seen by all nodes (default: runs/<suite name>)");
  submit.option("--engine", given->engine, "Only slurm").one_of({"slurm"});
  submit.option("--partition", given->options.request.partition, "As for sbatch");
  submit.option("--account", given->options.request.account, "As for sbatch");
  submit.option("--time", given->options.request.time, "Time limit of a task, as for sbatch");
  submit.option("--mem", given->options.request.memory, "Memory of a task, as for sbatch");
  submit.option("--cpus", given->options.request.cpus, "Cores of a task (default: 1)").range(1, 4096);
  submit.option("--array-limit", given->options.request.array_limit,
                "Tasks running at once (default: no limit)");
  submit.option("--warn", given->warn, "SIGUSR1 so long before the time limit (default: 120s)");
  submit
      .option("--sbatch", given->options.request.extra, "A further option for sbatch, like --sbatch qos=low")
      .repeatable();
  const Option shards =
      submit.option("--shards", given->options.shards, "Tasks of each wave (default: by estimated cost)")
          .range(1, 1'000'000);
  submit.option("--max-shards", given->options.max_shards, "At most so many (default: 1000)")
      .range(1, 1'000'000)
      .excludes(shards);
  submit.option("--task-time", given->task_time, "How long a task is to last (default: 10m)")
      .excludes(shards);
  submit.flag("--no-reuse", given->no_reuse,
              "Do not take over equal results from neighbouring run directories");
  submit.flag("--dry-run", given->options.dry_run, "Print the scripts and the calls, and do nothing");
  submit.action([given] {
    SubmitOptions options = given->options;
    options.reuse = !given->no_reuse;
    options.task_seconds = parse_duration(given->task_time);
    options.request.warn_seconds = static_cast<std::size_t>(parse_duration(given->warn));
    return submit_suite(options);
  });
}

}  // namespace

void add_submit_commands(const Command& program) {
  add_submit(program);
  struct Given {
    std::string run;
    bool dry_run = false;
  };
  const auto given = std::make_shared<Given>();
  const auto add = [&](const char* name, const char* text) {
    const Command command = program.command(name, text);
    command.option("run", given->run, "Run directory, for instance runs/quick").required();
    return command;
  };
  const Command resubmit = add("resubmit", "Send the tasks of a submitted run whose results are missing");
  resubmit.flag("--dry-run", given->dry_run, "Print the scripts and the calls, and do nothing");
  resubmit.action([given] { return resubmit_run(given->run, given->dry_run); });
  add("cancel", "Cancel the tasks of a submitted run; what they have stored is kept").action([given] {
    return cancel_run(given->run);
  });
}

}  // namespace l2l
