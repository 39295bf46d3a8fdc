// Runs another program to its end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace l2l {

struct ProcessOptions {
  std::filesystem::path folder;                         ///< working directory; empty: as it is
  std::filesystem::path input = "/dev/null";            ///< its standard input
  std::optional<std::vector<std::string>> environment;  ///< NAME=value; nothing: as it is
};

struct ProcessResult {
  bool missing = false;  ///< there is no such program
  int exit_code = -1;    ///< 128 + n where signal n ended it, 127 where it could not be started
  std::string out, err;  ///< what it wrote; `err` says why it could not be started

  bool ok() const { return exit_code == 0; }
};

/// @param words  the program, looked up in PATH, and its arguments
/// Throws Error{environment} where no process can be started at all.
ProcessResult run_process(const std::vector<std::string>& words, const ProcessOptions& options = {});

}  // namespace l2l
