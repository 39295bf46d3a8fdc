#include "reports/charts/gnuplot.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/process.hpp"

extern char** environ;

namespace l2l::reports {
namespace {

/// The environment without what would change gnuplot's output.
std::vector<std::string> quiet_environment() {
  std::vector<std::string> result = {"LC_ALL=C.UTF-8"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with("LC_") && !text.starts_with("GNUPLOT") && !text.starts_with("GNUTERM"))
      result.push_back(*entry);
  }
  return result;
}

}  // namespace

GnuplotResult run_gnuplot(const std::filesystem::path& folder, const std::string& script_name,
                          const std::string& program) {
  ProcessOptions options;
  options.folder = folder;
  options.input = script_name;
  options.environment = quiet_environment();
  ProcessResult result = run_process({program, "-d"}, options);
  if (result.missing) return {GnuplotResult::Status::missing, result.err};
  if (result.ok()) return {GnuplotResult::Status::done, result.out + result.err};
  return {GnuplotResult::Status::failed,
          fmt::format("{} failed on {}: {}{}", program, script_name, result.out, result.err)};
}

}  // namespace l2l::reports
