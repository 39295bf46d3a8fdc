// gnuplot as a subprocess.
#pragma once

#include <filesystem>
#include <string>

namespace l2l::reports {

/// What came of a script.
struct GnuplotResult {
  enum class Status { done, missing, failed } status = Status::done;
  std::string message;  ///< what gnuplot said, or why it could not start
};

/// Runs `program -d` (found on PATH; no shell, no user settings, C locale) in `folder` with the script file
/// as its standard input. Throws nothing for gnuplot's own troubles: a report is written without figures.
GnuplotResult run_gnuplot(const std::filesystem::path& folder, const std::string& script_name,
                          const std::string& program = "gnuplot");

}  // namespace l2l::reports
