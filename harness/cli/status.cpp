#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cluster/campaign.hpp"
#include "harness/cluster/conflict_text.hpp"
#include "harness/cluster/shard_store.hpp"
#include "harness/cluster/slurm.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/lock.hpp"
#include "harness/store/run_directory.hpp"
#include "harness/store/store.hpp"

namespace l2l {
namespace {

constexpr std::array kKinds = {JobKind::tune, JobKind::meta_train, JobKind::select, JobKind::evaluate};

struct KindStatus {
  std::size_t jobs = 0, done = 0, failed = 0, started = 0;
  double seconds = 0;
  std::size_t missing() const { return jobs - done - failed; }
};

struct Failure {
  std::string label, message;
};

struct RunStatus {
  std::string suite;
  std::map<JobKind, KindStatus> kinds;
  KindStatus total;
  std::vector<Failure> failures;
  std::string writer;  ///< process that is writing to it, or empty
  std::string resume;
  std::vector<Conflict> conflicts;  ///< between results of shards
  std::size_t unmerged = 0;         ///< of those done: in stores of shards only
  std::optional<std::string> campaign;
  std::optional<std::map<std::string, std::size_t>> queue;  ///< tasks by state, where Slurm answers
};

/// What the private stores of shards hold.
class ShardStores {
 public:
  explicit ShardStores(const RunDirectory& directory) {
    if (!std::filesystem::exists(directory.shards())) return;
    for (const auto& file : stores_in(directory.shards())) {
      if (auto store = open_foreign_store(file, scratch_)) stores_.push_back(std::move(store));
    }
  }
  /// What the first store that has something answers.
  template <class Ask>
  auto first(Ask ask) const -> decltype(ask(std::declval<const Store&>())) {
    for (const auto& store : stores_) {
      if (auto found = ask(*store)) return found;
    }
    return std::nullopt;
  }

 private:
  const ScratchFolder scratch_;
  std::vector<std::unique_ptr<Store>> stores_;
};

RunStatus status_of(const RunDirectory& directory) {
  directory.check_exists();
  const Suite suite = directory.load();
  const Store store(directory.store(), StoreMode::read);
  RunStatus status;
  status.suite = suite.name;
  status.writer = lock_holder(directory.lock());
  status.conflicts = store.conflicts();
  status.resume = fmt::format("l2lbench run {} --run {}", shell_word(directory.suite().string()),
                              shell_word(directory.root().string()));
  if (Campaign::exists(directory)) {
    status.campaign = Campaign::load(directory).name;
    try {
      status.queue = slurm::queue(*status.campaign);
    } catch (const Error&) {  // the stores tell how far it is all the same
    }
  }
  const ShardStores shards(directory);
  for (const Job& job : make_plan(suite).jobs) {
    std::optional<double> seconds = store.seconds(job.key);
    std::optional<std::string> failure;
    std::optional<std::string> checkpoint;
    if (!seconds) {
      seconds = shards.first([&](const Store& shard) { return shard.seconds(job.key); });
      status.unmerged += seconds.has_value();
    }
    if (!seconds) {
      failure = store.failure(job.key);
      if (!failure) failure = shards.first([&](const Store& shard) { return shard.failure(job.key); });
      checkpoint = store.checkpoint(job.key);
      if (!checkpoint)
        checkpoint = shards.first([&](const Store& shard) { return shard.checkpoint(job.key); });
    }
    for (KindStatus* kind : {&status.kinds[job.kind], &status.total}) {
      ++kind->jobs;
      kind->done += seconds.has_value();
      kind->seconds += seconds.value_or(0);
      kind->failed += failure.has_value();
      kind->started += checkpoint.has_value();
    }
    if (failure) status.failures.push_back({job.label, *failure});
  }
  return status;
}

void print_status_row(const std::string& name, const KindStatus& kind) {
  fmt::print("{:<11} {:>6} {:>6} {:>7} {:>8}  {:>9}\n", name, kind.jobs, kind.done, kind.failed,
             kind.missing(), format_duration(kind.seconds));
}

void print_campaign(const RunStatus& status, const RunDirectory& directory) {
  if (!status.queue) {
    fmt::print("\n{}: Slurm does not answer\n", *status.campaign);
    return;
  }
  fmt::print("\n{}: ", *status.campaign);
  for (const auto& [state, tasks] : *status.queue) fmt::print("{} {}, ", tasks, state);
  fmt::print("{}\n", status.queue->empty() ? "no task is in the queue" : "tasks and merges");
  if (status.queue->empty())
    fmt::print("send what is missing: l2lbench resubmit {}\n", shell_word(directory.root().string()));
}

void print_status(const RunStatus& status, const RunDirectory& directory) {
  fmt::print("{} in {}{}\n\n", status.suite, directory.root().string(),
             status.writer.empty() ? "" : fmt::format(" (being written by process {})", status.writer));
  fmt::print("{:<11} {:>6} {:>6} {:>7} {:>8}  {:>9}\n", "kind", "jobs", "done", "failed", "missing",
             "core time");
  for (const JobKind kind : kKinds) {
    if (status.kinds.contains(kind)) print_status_row(to_string(kind), status.kinds.at(kind));
  }
  print_status_row("total", status.total);
  print_conflicts(status.conflicts);
  for (const Failure& failure : status.failures)
    fmt::print("\nfailed: {}\n  {}\n", failure.label, failure.message);
  if (status.total.done == status.total.jobs) {
    fmt::print("\ncomplete\n");
    return;
  }
  if (status.total.started > 0) {
    fmt::print("\n{} unfinished job{} will go on from a checkpoint", status.total.started,
               status.total.started == 1 ? "" : "s");
  }
  if (status.unmerged > 0) fmt::print("\n{} of those done are not merged yet", status.unmerged);
  if (status.campaign) {
    print_campaign(status, directory);
  } else if (status.writer.empty()) {
    fmt::print("\nresume: {}\n", status.resume);
  }
}

void print_json(const RunStatus& status) {
  const auto row = [](const KindStatus& kind) {
    return nlohmann::json{{"jobs", kind.jobs},           {"done", kind.done},
                          {"failed", kind.failed},       {"missing", kind.missing()},
                          {"checkpoints", kind.started}, {"seconds", kind.seconds}};
  };
  nlohmann::json out = {{"suite", status.suite}, {"total", row(status.total)}, {"resume", status.resume}};
  out["writer"] = status.writer.empty() ? nlohmann::json(nullptr) : nlohmann::json(status.writer);
  for (const auto& [kind, counts] : status.kinds) out["kinds"][to_string(kind)] = row(counts);
  out["failures"] = nlohmann::json::array();
  for (const Failure& failure : status.failures) {
    out["failures"].push_back({{"label", failure.label}, {"message", failure.message}});
  }
  out["unmerged"] = status.unmerged;
  if (status.campaign) out["campaign"] = *status.campaign;
  out["queue"] = status.queue ? nlohmann::json(*status.queue) : nlohmann::json(nullptr);
  out["conflicts"] = status.conflicts.size();
  fmt::print("{}\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void add_status_command(const Command& program) {
  struct Arguments {
    std::string run;
    bool json = false;
  };
  const auto given = std::make_shared<Arguments>();
  const Command command = program.command("status", "How far a run is, what failed, and how to resume it");
  command.option("run", given->run, "Run directory, for instance runs/quick").required();
  command.flag("--json", given->json, "As JSON");
  command.action([given] {
    const RunDirectory directory(given->run);
    const RunStatus status = status_of(directory);
    if (given->json) {
      print_json(status);
    } else {
      print_status(status, directory);
    }
    return 0;
  });
}

}  // namespace l2l
