#include "core/process.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"

extern char** environ;

namespace l2l {
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

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw Error(ErrorCode::environment, fmt::format("cannot create a pipe: {}", std::strerror(errno)));
    }
  }
  ~Pipe() {
    close_writing();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

/// Both at once: a program that fills one pipe must not wait for ever because the other is being read.
void read_all(const Pipe& out, const Pipe& err, ProcessResult& result) {
  std::array<pollfd, 2> open = {pollfd{out.reading(), POLLIN, 0}, pollfd{err.reading(), POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&result.out, &result.err};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    if (::poll(open.data(), open.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0) continue;
      std::array<char, 4096> buffer;
      const ssize_t count = ::read(open[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        open[i].fd = -1;
      }
    }
  }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& words, const ProcessOptions& options) {
  L2L_CHECK(!words.empty(), "no program");
  Pipe out, err;
  FileActions actions;
  if (!options.folder.empty()) posix_spawn_file_actions_addchdir_np(actions.get(), options.folder.c_str());
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, options.input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), out.writing(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), err.writing(), STDERR_FILENO);
  std::vector<std::string> arguments = words;
  std::vector<std::string> variables = options.environment.value_or(std::vector<std::string>{});
  std::vector<char*> environment = pointers(variables);
  pid_t pid = 0;
  const int failed =
      ::posix_spawnp(&pid, words[0].c_str(), actions.get(), nullptr, pointers(arguments).data(),
                     options.environment ? environment.data() : environ);
  out.close_writing();
  err.close_writing();
  ProcessResult result;
  if (failed != 0) {
    result.missing = failed == ENOENT;
    result.exit_code = 127;
    result.err = fmt::format("cannot start {}: {}", words[0], std::strerror(failed));
    return result;
  }
  read_all(out, err, result);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace l2l
