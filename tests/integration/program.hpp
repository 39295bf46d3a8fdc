// Runs the real binary: its output, its exit, and signals to it.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/json.hpp"
#include "tests/support/places.hpp"

namespace l2l::test {

/// How a process ended.
struct Ending {
  int exit_code = -1;  ///< -1 where a signal ended it
  int signal = 0;      ///< 0 where it exited by itself
  std::string out, err;
};

/// A running l2lbench. The destructor kills it if it still runs.
class Program {
 public:
  /// @param folder  working directory
  Program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
          const char* program = kProgram);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The next line of standard output, or nothing at its end.
  std::optional<std::string> line();
  /// Reads events (--json) until one satisfies the predicate; nothing if the stream ended before.
  std::optional<nlohmann::json> event(const std::function<bool(const nlohmann::json&)>& wanted);
  void send(int signal) const;
  /// Reads what is left and waits for the end.
  Ending wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::filesystem::path err_file_;
  std::string read_, pending_;
  bool waited_ = false;
};

/// Runs it to its end.
Ending run_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                   const char* program = kProgram);

/// A folder of its own with the suite tiny.yaml, gone at the end.
class Workspace {
 public:
  explicit Workspace(const std::string& suite);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  Ending run(const std::vector<std::string>& arguments) const { return run_program(arguments, path_); }

 private:
  std::filesystem::path path_;
};

/// What is in a file; empty where there is none.
std::string text_of(const std::filesystem::path& file);

/// Runs SQL that changes something on a store's file behind its back.
void tamper(const std::filesystem::path& store, const std::string& sql);

/// Key -> digest of every stored result of a run directory.
std::map<std::string, std::string> digests(const std::filesystem::path& run);

/// Runs tiny.yaml into the folder "whole", on one machine and without an interruption: its digests.
std::map<std::string, std::string> digests_of_one_run(const Workspace& work);

/// A learned optimizer and two baselines on quadratics of dimension 3.
/// @param epochs              of its two meta-trainings after the search
/// @param horizons_per_epoch  what makes an epoch last
std::string tiny_suite(int epochs, int horizons_per_epoch = 4);

/// Of tiny_suite: long enough for several kills, short enough for every day: under sanitizers, which take 20
/// to 30 times as long, an epoch of a sixth of the horizons still lasts longer than elsewhere.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kLongEpochs = 150, kLongHorizons = 10;
#else
inline constexpr int kLongEpochs = 150, kLongHorizons = 60;
#endif

}  // namespace l2l::test
