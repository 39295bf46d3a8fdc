#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/exit_codes.hpp"
#include "core/files.hpp"
#include "harness/cli/commands.hpp"
#include "harness/store/manifest.hpp"
#include "harness/watch/history.hpp"
#include "harness/watch/history_figures.hpp"
#include "reports/text/format.hpp"

namespace l2l {
namespace {

struct HistoryArguments {
  std::string file = "runs/history.sqlite", run, other, machine, suite, out;
};

int add(const HistoryArguments& arguments) {
  const HistoryEntry entry = history_entry(arguments.run);
  const bool added = History(arguments.file).add(entry);
  fmt::print("{}: {} {} of {}, {} metrics\n", arguments.file, added ? "added" : "holds already", entry.suite,
             entry.ended, entry.metrics.size());
  return 0;
}

int merge(const HistoryArguments& arguments) {
  if (!std::filesystem::exists(arguments.other))
    throw Error(ErrorCode::usage, {arguments.other}, "no such history",
                "name a file of `l2lbench history add`");
  const History other(arguments.other);
  fmt::print("{}: {} nights added\n", arguments.file, History(arguments.file).merge(other));
  return 0;
}

std::string text_of(const std::vector<HistoryEntry>& entries, const std::vector<HistoryChange>& changes) {
  std::string page =
      fmt::format("# {}, {} nights on {}\n\nFrom {} ({}) to {} ({}).\n", entries.back().suite, entries.size(),
                  entries.back().machine, entries.front().ended, entries.front().revision.substr(0, 12),
                  entries.back().ended, entries.back().revision.substr(0, 12));
  page += "\n## Changes\n\n";
  if (changes.empty()) page += "None that lasted three nights.\n";
  for (const HistoryChange& change : changes) {
    page += fmt::format("- {}: {} -> {} since {}: first bad commit in {}..{}\n",
                        reports::markdown_text(change.metric), reports::significant(change.before, 4),
                        reports::significant(change.after, 4), change.since, change.last_good.substr(0, 12),
                        change.first_bad.substr(0, 12));
  }
  page += "\n## Last night\n\n| metric | value |\n|---|---:|\n";
  for (const auto& [name, value] : entries.back().metrics)
    page += fmt::format("| {} | {} |\n", reports::markdown_text(name), reports::significant(value, 5));
  return page;
}

int show(const HistoryArguments& arguments) {
  if (!std::filesystem::exists(arguments.file))
    throw Error(ErrorCode::usage, {arguments.file}, "no such history", "make one: l2lbench history add RUN");
  const History history(arguments.file);
  const std::string machine = arguments.machine.empty() ? machine_key(machine_info()) : arguments.machine;
  std::size_t shown = 0;
  for (const History::Series& series : history.series()) {
    if (series.machine_key != machine || (!arguments.suite.empty() && series.suite != arguments.suite))
      continue;
    const auto entries = history.entries(series.machine_key, series.suite);
    const auto changes = history_changes(entries);
    const std::string page = text_of(entries, changes);
    fmt::print("{}{}", shown++ > 0 ? "\n" : "", page);
    if (arguments.out.empty()) continue;
    const std::filesystem::path folder = std::filesystem::path(arguments.out) / series.suite;
    const std::string trouble = write_history_figures(entries, changes, folder);
    if (!trouble.empty()) fmt::print("warning: no figures: {}\n", trouble);
    write_file_atomically(folder / "history.md", page);
  }
  if (shown > 0) return 0;
  fmt::print("no night of this machine ({}){}\n", machine, history.series().empty() ? "" : "; there are:");
  for (const History::Series& series : history.series())
    fmt::print("  {} {}: {}, {} nights\n", series.machine_key, series.machine, series.suite, series.nights);
  return kInconclusive;
}

}  // namespace

void add_history_command(const Command& program) {
  const auto arguments = std::make_shared<HistoryArguments>();
  const Command command =
      program.command("history", "Nightly results one after the other: trends and changes");
  command.require_command();
  const auto with_file = [&](const Command part) {
    part.option("--file", arguments->file, "The history").show_default();
    return part;
  };
  const Command adding = with_file(command.command("add", "Add a finished run"));
  adding.option("RUN", arguments->run, "Run directory").required();
  adding.action([arguments] { return add(*arguments); });
  const Command merging = with_file(command.command("merge", "Add what another history has; twice is once"));
  merging.option("OTHER", arguments->other, "The other file").required();
  merging.action([arguments] { return merge(*arguments); });
  const Command showing = with_file(command.command("show", "Changes, commit ranges and the last values"));
  showing.option("--machine", arguments->machine, "Key of another machine (default: this one)");
  showing.option("--suite", arguments->suite, "One suite only");
  showing.option("--out", arguments->out, "Folder for trend figures and the same text");
  showing.action([arguments] { return show(*arguments); });
}

}  // namespace l2l
