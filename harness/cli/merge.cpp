#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "core/exit_codes.hpp"
#include "core/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cluster/conflict_text.hpp"
#include "harness/cluster/merge_run.hpp"

namespace l2l {
namespace {

std::string merge_command(const MergeOptions& options) {
  std::string command = "l2lbench merge " + shell_word(options.suite);
  for (const std::string& source : options.sources) command += fmt::format(" {}", shell_word(source));
  if (!options.directory.empty()) command += " --run " + shell_word(options.directory);
  if (!options.reuse) command += " --no-reuse";
  return command;
}

void print(const MergeReport& report) {
  const MergeCounts& counts = report.counts;
  fmt::print("merged {} store{}: {} results added, {} were there", report.sources,
             report.sources == 1 ? "" : "s", counts.added, counts.equal);
  if (report.reuse.results > 0) fmt::print(", {} taken over from neighbouring runs", report.reuse.results);
  if (report.selected > 0) fmt::print(", {} selections made", report.selected);
  if (counts.foreign > 0) fmt::print(", {} are of other suites", counts.foreign);
  fmt::print("\n");
  if (counts.damaged > 0) fmt::print("left out: {} damaged results, to be computed again\n", counts.damaged);
  if (report.unreadable > 0) fmt::print("left out: {} stores that cannot be read now\n", report.unreadable);
  if (const std::string text = other_versions_text(report.reuse.other_versions); !text.empty())
    fmt::print("{}\n", text);
  fmt::print("{}: {} of {} jobs are stored", report.directory.string(), report.stored, report.planned);
  if (report.failed > 0) fmt::print(", {} have failed", report.failed);
  fmt::print("\n");
  if (!report.pages.empty()) fmt::print("report: {}\n", report.pages);
}

}  // namespace

void add_merge_command(const Command& program) {
  struct Texts {
    MergeOptions options;
    bool no_reuse = false;
    std::string wait = "10m";
  };
  const auto given = std::make_shared<Texts>();
  const Command command =
      program.command("merge", "Bring what shards have computed into the store of their run");
  command.option("suite", given->options.suite, "Suite file").required();
  command.option("source", given->options.sources,
                 "Stores, or folders of stores (default: shards in the run directory)");
  command.option("--run", given->options.directory, "Run directory (default: runs/<suite name>)");
  command.flag("--no-reuse", given->no_reuse,
               "Do not take over equal results from neighbouring run directories");
  command.flag("--report", given->options.report, "Write the report if nothing is missing");
  command.option("--wait", given->wait, "How long to wait for another writer (default: 10m)");
  command.action([given] {
    MergeOptions options = given->options;
    options.reuse = !given->no_reuse;
    options.wait = parse_duration(given->wait);
    options.command = merge_command(options);
    const MergeReport report = merge_run(options);
    print(report);
    print_conflicts(report.conflicts);
    return !report.conflicts.empty() ? kCheckFailed : report.failed > 0 ? kSomeFailed : kAllWell;
  });
}

}  // namespace l2l
