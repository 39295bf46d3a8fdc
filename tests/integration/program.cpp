#include "tests/integration/program.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "harness/store/store.hpp"

namespace l2l::test {

namespace fs = std::filesystem;

Program::Program(const std::vector<std::string>& arguments, const fs::path& folder, const char* program) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::string name = (folder / "stderr-XXXXXX").string();
  const int err = ::mkstemp(name.data());
  REQUIRE(err >= 0);
  err_file_ = name;
  std::vector<char*> words = {const_cast<char*>(program)};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0) ::execv(words[0], words.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  ::close(err);
  out_ = ends[0];
}

Program::~Program() {
  if (!waited_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(out_);
}

std::optional<std::string> Program::line() {
  for (;;) {
    const std::size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      std::string found = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return found;
    }
    char buffer[4096];
    const ssize_t size = ::read(out_, buffer, sizeof buffer);
    if (size <= 0) return std::nullopt;
    pending_.append(buffer, static_cast<std::size_t>(size));
    read_.append(buffer, static_cast<std::size_t>(size));
  }
}

std::optional<nlohmann::json> Program::event(const std::function<bool(const nlohmann::json&)>& wanted) {
  while (const auto text = line()) {
    nlohmann::json event = nlohmann::json::parse(*text);
    if (wanted(event)) return event;
  }
  return std::nullopt;
}

void Program::send(int signal) const {
  REQUIRE(::kill(pid_, signal) == 0);
}

Ending Program::wait() {
  while (line()) continue;
  int status = 0;
  REQUIRE(::waitpid(pid_, &status, 0) == pid_);
  waited_ = true;
  Ending ending;
  if (WIFEXITED(status)) ending.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  ending.out = read_;
  ending.err = text_of(err_file_);
  return ending;
}

Ending run_program(const std::vector<std::string>& arguments, const fs::path& folder, const char* program) {
  return Program(arguments, folder, program).wait();
}

Workspace::Workspace(const std::string& suite) {
  std::string name = (fs::temp_directory_path() / "l2l-integration-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
  write("tiny.yaml", suite);
}
Workspace::~Workspace() {
  fs::remove_all(path_);
}
void Workspace::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name) << text;
}

std::string text_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

void tamper(const fs::path& store, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(store.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(sqlite3_changes(database) > 0);
  sqlite3_close(database);
}

std::map<std::string, std::string> digests(const fs::path& run) {
  const Store store(run / "store.sqlite", StoreMode::read);
  std::map<std::string, std::string> found;
  for (const std::string& key : store.keys()) found[key] = *store.digest(key);
  return found;
}

std::map<std::string, std::string> digests_of_one_run(const Workspace& work) {
  REQUIRE(
      work.run({"run", "tiny.yaml", "--run", "whole", "--no-reuse", "--no-report", "--quiet"}).exit_code ==
      0);
  return digests(work.path() / "whole");
}

std::string tiny_suite(int epochs, int horizons_per_epoch) {
  return fmt::format(R"(name: tiny
optimizees:
  quadratic: {{kind: quadratic, dimension: 3, distribution: gaussian, init_stddev: 0.01}}
optimizers:
  lstm:
    kind: learned
    layers: 1
    hidden: 4
    meta_training:
      {{optimizee: quadratic, horizon: 10, unroll: 5, instances: 4, epochs: {}, horizons_per_epoch: {},
       validation_instances: 4, seeds: 2, learning_rate: {{search: {{low: 0.001, high: 0.03, samples: 2, epochs: 2}}}}}}
  sgd: {{kind: sgd, tune: {{low: 1.0e-3, high: 1, points: 5, instances: 4}}}}
  adam: {{kind: adam, tune: {{low: 1.0e-3, high: 1, points: 5, instances: 4}}}}
experiments:
  - {{name: quadratics, optimizees: [quadratic], optimizers: [lstm, sgd, adam], horizon: 10, seeds: {{count: 8, per_job: 4}}}}
figures:
  - {{name: quadratics, title: Quadratics, kind: curves, experiments: [quadratics]}}
claims:
  - {{id: lstm-first, statement: The LSTM is ahead of SGD, source: here, kind: below, experiment: quadratics,
     optimizer: lstm, against: [sgd], step: 10, confidence: 0.99}}
)",
                     epochs, horizons_per_epoch);
}

}  // namespace l2l::test
