// Commands, options and flags of the program. CLI11 stands behind this header and is seen by one unit only:
// in every unit that sees it, it costs the compiler ten seconds.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace l2l {

/// An option (--name VALUE), flag (--name) or argument (a name without dashes) of a command. A handle: copies
/// mean the same option.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  const Option& required() const;
  /// Help shows the value that the variable had when it was added.
  const Option& show_default() const;
  /// Bounds are allowed.
  const Option& range(int least, int most) const;
  const Option& range(double least, double most) const;
  const Option& one_of(const std::vector<std::string>& values) const;
  /// Exactly so many values.
  const Option& values(int count) const;
  /// Help's word for a value.
  const Option& value_name(const std::string& name) const;
  /// Only one value each time it is given; it may be given several times.
  const Option& repeatable() const;
  const Option& excludes(const Option& other) const;
  const Option& needs(const Option& other) const;

 private:
  CLI::Option* option_;
};

/// A command, to which options and further commands are added. A handle: copies mean the same command.
class Command {
 public:
  Command(CLI::App* app, std::function<int()>* action) : app_(app), action_(action) {}

  Command command(const std::string& name, const std::string& help) const;
  /// One of its commands has to be given.
  void require_command() const;
  /// The last words of its help.
  void footer(const std::string& text) const;
  /// A name without dashes is an argument, known by its place. `value` has to live until the action has run;
  /// it may be a std::string, int, std::size_t, std::uint64_t, double, std::optional<std::size_t> or
  /// std::vector<std::string>.
  template <typename T>
  Option option(const std::string& name, T& value, const std::string& help) const;
  Option flag(const std::string& name, bool& value, const std::string& help) const;
  /// What to do when it is the command given; returns the exit code.
  void action(std::function<int()> run) const;

 private:
  CLI::App* app_;
  std::function<int()>* action_;
};

class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& description);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command program();
  void version(const std::string& text);
  /// Runs the command that the words (without the program's name) ask for and returns its exit code; prints
  /// help or version where they ask for that. Throws Error{usage}.
  int run(std::vector<std::string> words);

 private:
  std::unique_ptr<CLI::App> app_;
  std::function<int()> action_;
};

}  // namespace l2l
