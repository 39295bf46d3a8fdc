#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "harness/cli/commands.hpp"
#include "harness/reporting/report_input.hpp"
#include "reports/pages/side_by_side.hpp"

namespace l2l {
namespace {

struct ReportArguments {
  std::vector<std::string> runs;
  std::string out, since, style = "screen", palette = "paper";
  bool no_figures = false;
  bool trajectories = false, no_trajectories = false;
  bool plain = false;
};

/// Names of the directories; whole paths where two are called the same.
std::vector<std::string> names_of(const std::vector<std::filesystem::path>& directories) {
  std::vector<std::string> names, paths;
  for (const std::filesystem::path& directory : directories) {
    const std::filesystem::path root = RunDirectory(directory).root();
    names.push_back(root.filename().string());
    paths.push_back(root.string());
  }
  const auto distinct = [](const std::vector<std::string>& all) {
    return std::set<std::string>(all.begin(), all.end()).size() == all.size();
  };
  if (!distinct(paths)) throw Error(ErrorCode::usage, "the same run is given twice", "name runs that differ");
  return distinct(names) ? names : paths;
}

int compare(const ReportArguments& arguments) {
  std::vector<std::filesystem::path> directories;
  for (const std::string& run : arguments.runs) directories.push_back(run_directory_of(run));
  std::vector<reports::NamedRun> runs;
  for (const std::string& name : names_of(directories))
    runs.push_back({name, read_run(directories[runs.size()])});
  std::filesystem::path folder = arguments.out;
  if (folder.empty()) {
    std::string name = "comparison";
    for (const reports::NamedRun& run : runs)
      name += fmt::format("-{}", std::filesystem::path(run.name).filename().string());
    folder = RunDirectory(directories.front()).root().parent_path() / name;
  }
  const std::filesystem::path page = reports::write_side_by_side(runs, folder);
  fmt::print("{}\n{}\n", page.string(), (folder / "comparison.html").string());
  return 0;
}

int report(const ReportArguments& arguments) {
  if (arguments.runs.size() > 1) {
    if (arguments.since.empty()) return compare(arguments);
    throw Error(ErrorCode::usage, "--since is for the report of one run",
                "name one, or leave --since out to see several side by side");
  }
  reports::ReportOptions options;
  options.figures = !arguments.no_figures;
  if (arguments.trajectories) options.trajectories = reports::Trajectories::always;
  if (arguments.no_trajectories) options.trajectories = reports::Trajectories::never;
  options.other_formats = !arguments.plain;
  if (!arguments.since.empty()) options.since = named_run(arguments.since);
  if (arguments.style == "paper") options.style = reports::FigureStyle::paper;
  if (arguments.palette == "colour-blind") options.palette = reports::Palette::colour_blind;
  const RunReport result = make_report(run_directory_of(arguments.runs.front()), options, arguments.out);
  for (const std::string& note : result.input.notes) fmt::print("note: {}\n", note);
  for (const std::string& warning : result.report.warnings) fmt::print("warning: {}\n", warning);
  fmt::print("{}{}\n", reports::closing_summary(result.report.verdicts), reports::pages_text(result.report));
  return 0;
}

}  // namespace

void add_report_command(const Command& program) {
  const auto arguments = std::make_shared<ReportArguments>();
  const Command command =
      program.command("report", "Write the report of a run: HTML, Markdown, CSV, JSON, LaTeX and figures");
  command
      .option("RUN", arguments->runs,
              "Run directory, or the suite that was run; several are put side by side")
      .required();
  command.option(
      "--out", arguments->out,
      "Folder to write to (default: RUN/report; of several: comparison-NAME-NAME beside the first)");
  command.option("--since", arguments->since,
                 "An earlier run, or its suite: the report says what changed since");
  command.flag("--no-figures", arguments->no_figures, "Tables only");
  const Option none =
      command.flag("--no-trajectories", arguments->no_trajectories, "Leave trajectories.csv out");
  command
      .flag("--trajectories", arguments->trajectories,
            "Write trajectories.csv, every loss of every seed, of any size (default: up to 10 MB)")
      .excludes(none);
  command.flag("--plain", arguments->plain,
               "Markdown, CSV and figures only: no report.html, report.json and LaTeX");
  command
      .option("--style", arguments->style,
              "Figures for the screen, or as wide as one or two columns of a printed page")
      .one_of({"screen", "paper"})
      .show_default();
  command
      .option("--palette", arguments->palette, "Colours of figures: the paper's, or a colour-blind-safe set")
      .one_of({"paper", "colour-blind"})
      .show_default();
  command.action([arguments] { return report(*arguments); });
}

}  // namespace l2l
