#include "harness/cli/submit.hpp"

#include <memory>
#include <string>

#include "core/text.hpp"
#include "harness/cluster/submission.hpp"

namespace l2l {
namespace {

void add_submit(CLI::App& app, std::function<int()>& action) {
  struct Texts {
    SubmitOptions options;
    std::string engine = "slurm", task_time = "10m", warn = "120s";
    bool no_reuse = false;
  };
  const auto given = std::make_shared<Texts>();
  CLI::App* submit =
      app.add_subcommand("submit", "Send a suite to a cluster: an array of tasks for each wave");
  submit->add_option("suite", given->options.suite, "Suite file")->required();
  submit->add_option("--run", given->options.directory,
                     "Run directory, seen by all nodes (default: runs/<suite name>)");
  submit->add_option("--engine", given->engine, "Only slurm")->check(CLI::IsMember({"slurm"}));
  submit->add_option("--partition", given->options.request.partition, "As for sbatch");
  submit->add_option("--account", given->options.request.account, "As for sbatch");
  submit->add_option("--time", given->options.request.time, "Time limit of a task, as for sbatch");
  submit->add_option("--mem", given->options.request.memory, "Memory of a task, as for sbatch");
  submit->add_option("--cpus", given->options.request.cpus, "Cores of a task (default: 1)")
      ->check(CLI::Range(1, 4096));
  submit->add_option("--array-limit", given->options.request.array_limit,
                     "Tasks running at once (default: no limit)");
  submit->add_option("--warn", given->warn, "SIGUSR1 so long before the time limit (default: 120s)");
  submit
      ->add_option("--sbatch", given->options.request.extra,
                   "A further option for sbatch, like --sbatch qos=low")
      ->take_all();
  CLI::Option* shards =
      submit->add_option("--shards", given->options.shards, "Tasks of each wave (default: by estimated cost)")
          ->check(CLI::Range(1, 1'000'000));
  submit->add_option("--max-shards", given->options.max_shards, "At most so many (default: 1000)")
      ->check(CLI::Range(1, 1'000'000))
      ->excludes(shards);
  submit->add_option("--task-time", given->task_time, "How long a task is to last (default: 10m)")
      ->excludes(shards);
  submit->add_flag("--no-reuse", given->no_reuse,
                   "Do not take over equal results from neighbouring run directories");
  submit->add_flag("--dry-run", given->options.dry_run, "Print the scripts and the calls, and do nothing");
  submit->callback([given, &action] {
    action = [given] {
      SubmitOptions options = given->options;
      options.reuse = !given->no_reuse;
      options.task_seconds = parse_duration(given->task_time);
      options.request.warn_seconds = static_cast<std::size_t>(parse_duration(given->warn));
      return submit_suite(options);
    };
  });
}

}  // namespace

void add_submit_commands(CLI::App& app, std::function<int()>& action) {
  add_submit(app, action);
  struct Given {
    std::string run;
    bool dry_run = false;
  };
  const auto given = std::make_shared<Given>();
  const auto add = [&](const char* name, const char* text) {
    CLI::App* command = app.add_subcommand(name, text);
    command->add_option("run", given->run, "Run directory, for instance runs/quick")->required();
    return command;
  };
  CLI::App* resubmit = add("resubmit", "Send the tasks of a submitted run whose results are missing");
  resubmit->add_flag("--dry-run", given->dry_run, "Print the scripts and the calls, and do nothing");
  resubmit->callback(
      [given, &action] { action = [given] { return resubmit_run(given->run, given->dry_run); }; });
  add("cancel", "Cancel the tasks of a submitted run; what they have stored is kept")
      ->callback([given, &action] { action = [given] { return cancel_run(given->run); }; });
}

}  // namespace l2l
