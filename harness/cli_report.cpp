#include "harness/cli_report.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "harness/report_input.hpp"

namespace l2l {
namespace {

struct ReportArguments {
  std::string run, out, style = "screen", palette = "paper";
  bool no_figures = false;
  bool no_trajectories = false;
};

/// A suite stands for the directory its runs go to.
std::filesystem::path run_directory_of(const std::string& run) {
  const std::filesystem::path path(run);
  if (path.extension() != ".yaml" || !std::filesystem::is_regular_file(path)) return path;
  return default_run_directory(load_suite(run));
}

int report(const ReportArguments& arguments) {
  reports::ReportOptions options;
  options.figures = !arguments.no_figures;
  options.trajectories = !arguments.no_trajectories;
  if (arguments.style == "paper") options.style = reports::FigureStyle::paper;
  if (arguments.palette == "colour-blind") options.palette = reports::Palette::colour_blind;
  const RunReport result = make_report(run_directory_of(arguments.run), options, arguments.out);
  for (const std::string& note : result.input.notes) fmt::print("note: {}\n", note);
  for (const std::string& warning : result.report.warnings) fmt::print("warning: {}\n", warning);
  fmt::print("{}{}\n", reports::closing_summary(result.report.verdicts), result.report.page.string());
  return 0;
}

}  // namespace

void add_report_command(CLI::App& app, std::function<int()>& action) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* command = app.add_subcommand("report", "Write the report of a run: Markdown, CSV and figures");
  command->add_option("RUN", arguments->run, "Run directory, or the suite that was run")->required();
  command->add_option("--out", arguments->out, "Folder to write to (default: RUN/report)");
  command->add_flag("--no-figures", arguments->no_figures, "Tables only");
  command->add_flag("--no-trajectories", arguments->no_trajectories,
                    "Leave out trajectories.csv, which may be large");
  command
      ->add_option("--style", arguments->style,
                   "Figures for the screen, or as wide as one or two columns of a printed page")
      ->check(CLI::IsMember({"screen", "paper"}))
      ->capture_default_str();
  command->add_option("--palette", arguments->palette, "Colours of figures: the paper's, or a colour-blind-safe set")
      ->check(CLI::IsMember({"paper", "colour-blind"}))
      ->capture_default_str();
  command->callback([&action, arguments] { action = [arguments] { return report(*arguments); }; });
}

}  // namespace l2l
