#include "harness/watch/nightly.hpp"

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "harness/run/run_suite.hpp"
#include "harness/store/lock.hpp"
#include "harness/store/manifest.hpp"
#include "harness/suite/load.hpp"
#include "harness/watch/gate_baseline.hpp"
#include "harness/watch/history.hpp"
#include "harness/watch/history_figures.hpp"
#include "reports/text/format.hpp"

namespace l2l {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kSummary = "summary.md";  // in a night's folder: the night is over

std::vector<std::string> nights_in(const fs::path& folder) {
  std::vector<std::string> nights;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.is_directory()) nights.push_back(entry.path().filename().string());
  std::sort(nights.begin(), nights.end());
  return nights;
}

class Nightly {
 public:
  explicit Nightly(const NightlyOptions& options)
      : options_(options),
        nights_(options.folder / "nights"),
        last_good_file_(options.folder / "last-good") {}

  int run() {
    create_folders(nights_);
    check_disk();
    const StoreLock lock(options_.folder / "lock", "--folder");
    const Suite suite = load_suite(options_.suite);  // wrong: said before anything is made
    night_ = unfinished().value_or("");
    if (night_.empty()) night_ = new_name();
    const fs::path directory = nights_ / night_;
    create_folders(directory.parent_path());
    const int run_code = compute(directory);
    if (run_code == kInterrupted) return run_code;  // the next start continues this night
    int code = run_code;
    std::string summary =
        fmt::format("# Nightly of {}, started {}\n\n", reports::markdown_text(suite.name), night_);
    summary += fmt::format(
        "Run: {}. Report: [report.md](report/report.md).\n\n",
        run_code == 0 ? "finished"
                      : fmt::format("exit code {}, see `l2lbench status {}`", run_code, directory.string()));
    summary += add_to_history(directory);
    if (const std::string earlier = last_good(); !earlier.empty()) {
      const reports::GateOutcome outcome =
          compare_runs(load_gate_run(nights_ / earlier), load_gate_run(directory));
      write_file_atomically(directory / "gate.json", gate_json(outcome));
      write_file_atomically(directory / "gate.xml", gate_junit(outcome));
      summary += fmt::format("\n{}", gate_markdown(outcome));
      if (code == kAllWell) code = exit_code_of(outcome.verdict);
    } else {
      summary += "\nThere is no earlier good night: nothing was compared. From now on this one is it.\n";
      if (code == kAllWell) {
        code = kInconclusive;
        write_file_atomically(last_good_file_, night_);
      }
    }
    if (code == kAllWell) write_file_atomically(last_good_file_, night_);
    write_file_atomically(directory / kSummary, summary);
    write_file_atomically(options_.folder / "latest.md", summary);
    prune();
    fmt::print("{}\nsummary: {}\n", summary, (directory / kSummary).string());
    return code;
  }

 private:
  void check_disk() const {
    const std::uintmax_t available = fs::space(options_.folder).available;
    if (available >= options_.min_free) return;
    throw Error(ErrorCode::environment, {options_.folder.string()},
                fmt::format("only {} of disk are free, a night wants {}", bytes_text(available),
                            bytes_text(options_.min_free)),
                "free some, or lower --min-free");
  }

  /// The newest night, if it did not get to its end and was started by this very program.
  std::optional<std::string> unfinished() const {
    const auto nights = nights_in(nights_);
    if (nights.empty() || fs::exists(nights_ / nights.back() / kSummary)) return std::nullopt;
    const json manifest = read_manifest(RunDirectory(nights_ / nights.back()));
    if (manifest.is_null() || manifest.value("program", json()) != program_info()) return std::nullopt;
    return nights.back();
  }

  /// The name of the last good night; empty where there is none.
  std::string last_good() const {
    const std::string name = fs::exists(last_good_file_) ? read_file(last_good_file_) : "";
    return !name.empty() && fs::exists(nights_ / name) ? name : "";
  }

  /// When it starts, without what file systems and artefact stores refuse; sorts by time.
  std::string new_name() const {
    std::string name = utc_now();
    std::replace(name.begin(), name.end(), ':', '-');
    std::string unused = name;
    for (int again = 2; fs::exists(nights_ / unused); ++again) unused = fmt::format("{}.{:03}", name, again);
    return unused;
  }

  int compute(const fs::path& directory) const {
    RunOptions run;
    run.suite = options_.suite;
    run.directory = directory.string();
    run.threads = options_.threads;
    run.max_memory = default_memory_budget();
    run.reuse = false;  // last night's results would answer for this program
    run.quiet = true;
    if (const std::string earlier = last_good(); !earlier.empty()) run.since = (nights_ / earlier).string();
    run.command = fmt::format("l2lbench nightly --suite {} --folder {}", shell_word(options_.suite),
                              shell_word(options_.folder.string()));
    return run_suite(run);
  }

  std::string add_to_history(const fs::path& directory) const {
    History history(options_.folder / "history.sqlite");
    const HistoryEntry entry = history_entry(directory);
    history.add(entry);
    const auto entries = history.entries(entry.machine_key, entry.suite);
    const auto changes = history_changes(entries);
    std::string text =
        fmt::format("Nights in the history of this kind of machine: {}; lasting changes: {}.\n",
                    entries.size(), changes.size());
    for (const HistoryChange& change : changes)
      text += fmt::format("- {}: {:.4g} -> {:.4g} since {}, first bad commit in {}..{}\n",
                          reports::markdown_text(change.metric), change.before, change.after, change.since,
                          change.last_good.substr(0, 12), change.first_bad.substr(0, 12));
    const std::string trouble = write_history_figures(entries, changes, options_.folder / "trends");
    return trouble.empty() ? text : text + fmt::format("No trend figures: {}\n", trouble);
  }

  void prune() const {
    for (const std::string& night : nights_to_remove(nights_in(nights_), last_good(), options_.keep)) {
      std::error_code ignored;
      fs::remove_all(nights_ / night, ignored);
    }
  }

  const NightlyOptions& options_;
  const fs::path nights_, last_good_file_;
  std::string night_;
};

}  // namespace

std::vector<std::string> nights_to_remove(std::vector<std::string> nights, const std::string& last_good,
                                          std::size_t keep) {
  std::sort(nights.begin(), nights.end());
  nights.resize(nights.size() - std::min(nights.size(), keep));
  std::erase(nights, last_good);
  return nights;
}

int run_nightly(const NightlyOptions& options) {
  return Nightly(options).run();
}

}  // namespace l2l
