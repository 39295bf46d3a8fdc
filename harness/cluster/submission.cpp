#include "harness/cluster/submission.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "datasets/fetch.hpp"
#include "harness/cluster/conflict_text.hpp"
#include "harness/cluster/merge_run.hpp"
#include "harness/cluster/shard_store.hpp"
#include "harness/cluster/slurm.hpp"
#include "harness/store/manifest.hpp"
#include "harness/suite/load.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Jobs are told apart by name, never by id: a controller that was killed may have forgotten them and issue
/// their ids again.
std::string new_name(const Suite& suite, const fs::path& root) {
  const std::string unique = fmt::format("{} {} {}", root.string(), utc_now(), attempt_name());
  return fmt::format("l2l-{}-{}", suite.name, sha256_hex(unique).substr(0, 8));
}

void refuse_while_active(const Campaign& campaign, const fs::path& root) {
  std::size_t active = 0;
  for (const auto& [state, tasks] : slurm::queue(campaign.name)) active += tasks;
  if (active > 0) {
    throw Error(
        ErrorCode::usage, {root.string()}, fmt::format("{} of its tasks are still in the queue", active),
        fmt::format("wait for them, or stop them with `l2lbench cancel {}`", shell_word(root.string())));
  }
}

class Sender {
 public:
  Sender(Campaign& campaign, const RunDirectory& directory, bool dry_run)
      : campaign_(campaign), directory_(directory), dry_run_(dry_run), max_(slurm::max_array_size()) {}

  /// @param send  the shards of each wave
  void send(const std::vector<std::vector<std::size_t>>& send) {
    const auto first =
        std::find_if(send.begin(), send.end(), [](const auto& shards) { return !shards.empty(); });
    if (first == send.end()) {
      fmt::print("nothing to submit: all jobs are stored\n");
      return;
    }
    json waves = json::array();
    if (!dry_run_) {
      create_folders(directory_.logs() / "slurm");  // a task whose log has no folder fails without a trace
      create_folders(directory_.shards());
      create_folders(scripts());
      campaign_.submissions.push_back({{"time", utc_now()}, {"waves", waves}});
      campaign_.save(directory_);  // the name is known before the first job is
    }
    std::string after;
    for (auto wave = static_cast<std::size_t>(first - send.begin()); wave < send.size(); ++wave) {
      json sent = {{"wave", wave}, {"arrays", json::array()}};
      const std::string script =
          write(fmt::format("wave-{}.sh", wave), slurm::task_script(campaign_, directory_, wave));
      std::string ids;
      for (const slurm::Array& array : slurm::arrays_of(send[wave], max_)) {
        const std::string indices = slurm::array_text(array.indices, campaign_.request.array_limit);
        std::vector<std::string> options = {"--array=" + indices};
        if (!after.empty()) options.push_back("--dependency=afterany:" + after);
        const std::string id = submit(script, options, {std::to_string(array.offset)});
        ids += (ids.empty() ? "" : ":") + id;
        sent["arrays"].push_back({{"id", id}, {"offset", array.offset}, {"indices", indices}});
        tasks_ += array.indices.size();
      }
      if (!ids.empty()) after = ids;
      // afterany: with afterok one failed task would keep all that follow waiting for ever.
      const std::string merge =
          write(fmt::format("merge-{}.sh", wave), slurm::merge_script(campaign_, directory_, wave));
      after = submit(merge, {"--dependency=afterany:" + after}, {});
      sent["merge"] = after;
      waves.push_back(sent);
      if (!dry_run_) {
        campaign_.submissions.back()["waves"] = waves;
        campaign_.save(directory_);
      }
    }
    if (dry_run_) return;
    fmt::print("submitted {} tasks and {} merges as {}\n  see:    l2lbench status {}\n  logs:   {}\n", tasks_,
               waves.size(), campaign_.name, shell_word(directory_.root().string()),
               (directory_.logs() / "slurm").string());
  }

 private:
  fs::path scripts() const { return directory_.root() / "scripts"; }

  std::string write(const std::string& name, const std::string& text) {
    const fs::path file = scripts() / name;
    if (dry_run_) {
      fmt::print("----- {}\n{}\n", file.string(), text);
    } else {
      write_file_atomically(file, text);
    }
    return file.string();
  }

  std::string submit(const std::string& script, const std::vector<std::string>& options,
                     const std::vector<std::string>& arguments) {
    const std::vector<std::string> words = slurm::sbatch_words(script, options, arguments);
    if (!dry_run_) return slurm::submit(words);
    fmt::print("$ {}\n\n", shell_line(words));
    return fmt::format("JOB{}", ++dry_jobs_);
  }

  Campaign& campaign_;
  const RunDirectory& directory_;
  const bool dry_run_;
  const std::size_t max_;
  std::size_t tasks_ = 0, dry_jobs_ = 0;
};

/// What is there is merged first: only what no store has is sent. Returns false where there is a conflict.
bool merge_first(const std::string& suite, const std::string& directory, bool reuse) {
  MergeOptions merge;
  merge.suite = suite;
  merge.directory = directory;
  merge.reuse = reuse;
  merge.command = "l2lbench submit " + shell_word(suite);
  const MergeReport report = merge_run(merge);
  fmt::print("{} of {} jobs are stored\n", report.stored, report.planned);
  print_conflicts(report.conflicts);
  return report.conflicts.empty();
}

/// Only keys matter, so nothing is locked or written; without a store all is missing.
std::vector<std::vector<std::size_t>> missing_shards(const std::vector<Job>& jobs, const Campaign& campaign,
                                                     const RunDirectory& directory) {
  const ScratchFolder scratch;
  if (fs::exists(directory.store())) {
    return shards_to_send(jobs, campaign.shards, Store(directory.store(), StoreMode::read));
  }
  return shards_to_send(jobs, campaign.shards, Store(scratch.path() / "empty.sqlite", StoreMode::sole));
}

}  // namespace

int submit_suite(const SubmitOptions& options) {
  const Suite suite = load_suite(options.suite);
  const std::vector<Job> jobs = make_plan(suite).jobs;
  const RunDirectory directory(fs::absolute(run_directory_for(suite, options.directory)));
  directory.check_usable_for(suite);
  Campaign campaign;
  campaign.name = new_name(suite, directory.root());
  campaign.request = options.request;
  campaign.shards = choose_shards(jobs, options.task_seconds, options.request.cpus, options.max_shards);
  if (options.shards) campaign.shards = choose_shards(jobs, 1e-9, 1, *options.shards);
  campaign.program = fs::read_symlink("/proc/self/exe").string();
  campaign.folder = fs::current_path().string();
  if (const char* data = std::getenv("L2LBENCH_DATA")) campaign.data = fs::absolute(data).string();
  if (options.dry_run) {
    campaign.name = fmt::format("l2l-{}-XXXXXXXX", suite.name);
  } else {
    if (Campaign::exists(directory)) refuse_while_active(Campaign::load(directory), directory.root());
    slurm::queue(campaign.name);  // Slurm answers: before anything is written
    for (const std::string& name : datasets_of(jobs)) ensure_dataset(name, {});  // once, not once a task
    if (!merge_first(options.suite, directory.root().string(), options.reuse)) return kCheckFailed;
  }
  Sender(campaign, directory, options.dry_run).send(missing_shards(jobs, campaign, directory));
  return 0;
}

int resubmit_run(const std::string& given, bool dry_run) {
  const RunDirectory directory(fs::absolute(given));
  Campaign campaign = Campaign::load(directory);
  if (!dry_run) {
    refuse_while_active(campaign, directory.root());
    if (!merge_first(directory.suite().string(), directory.root().string(), false)) return kCheckFailed;
  }
  const std::vector<Job> jobs = make_plan(directory.load()).jobs;
  Sender(campaign, directory, dry_run).send(missing_shards(jobs, campaign, directory));
  return 0;
}

int cancel_run(const std::string& given) {
  const RunDirectory directory(given);
  const Campaign campaign = Campaign::load(directory);
  std::size_t active = 0;
  for (const auto& [state, tasks] : slurm::queue(campaign.name)) active += tasks;
  if (active > 0) slurm::cancel(campaign.name);
  fmt::print("{}\n", active == 0 ? "no task is in the queue"
                                 : fmt::format("cancelled {} tasks; what they have stored is kept, `l2lbench "
                                               "resubmit {}` sends the rest",
                                               active, shell_word(directory.root().string())));
  return 0;
}

}  // namespace l2l
