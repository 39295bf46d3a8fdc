#include "reports/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"

extern char** environ;

namespace l2l::reports {
namespace {

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// The environment without what would change gnuplot's output.
std::vector<char*> quiet_environment() {
  static char locale[] = "LC_ALL=C.UTF-8";
  std::vector<char*> result = {locale};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!text.starts_with("LC_") && !text.starts_with("GNUPLOT") && !text.starts_with("GNUTERM"))
      result.push_back(*entry);
  }
  result.push_back(nullptr);
  return result;
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

GnuplotResult run_gnuplot(const std::filesystem::path& folder, const std::string& script_name,
                          const std::string& program) {
  std::array<int, 2> pipe_ends;
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    throw Error(ErrorCode::environment, fmt::format("cannot create a pipe: {}", std::strerror(errno)));
  }
  FileActions actions;
  posix_spawn_file_actions_addchdir_np(actions.get(), folder.c_str());
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, script_name.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), pipe_ends[1], STDERR_FILENO);
  std::string name = program, option = "-d";
  std::array<char*, 3> arguments = {name.data(), option.data(), nullptr};
  std::vector<char*> environment = quiet_environment();
  pid_t pid = 0;
  const int error =
      posix_spawnp(&pid, program.c_str(), actions.get(), nullptr, arguments.data(), environment.data());
  close(pipe_ends[1]);
  if (error != 0) {
    close(pipe_ends[0]);
    return {error == ENOENT ? GnuplotResult::Status::missing : GnuplotResult::Status::failed,
            fmt::format("cannot start {}: {}", program, std::strerror(error))};
  }
  std::string output = read_all(pipe_ends[0]);
  close(pipe_ends[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {GnuplotResult::Status::done, std::move(output)};
  return {GnuplotResult::Status::failed, fmt::format("{} failed on {}: {}", program, script_name, output)};
}

}  // namespace l2l::reports
