#include "harness/cli/command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "core/error.hpp"
#include "core/text.hpp"

namespace l2l {
namespace {

/// The subcommand the words lead to, as far as they are known.
const CLI::App* innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? &app : innermost(*parsed.front());
}

/// What else could have been meant by a word that nobody expected.
std::string suggestion_for(const std::string& word, const CLI::App& command) {
  std::vector<std::string> known;
  if (word.starts_with("-")) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
  } else {
    for (const CLI::App* other : command.get_subcommands({})) known.push_back(other->get_name());
  }
  return suggestion(word.substr(0, word.find('=')), known);
}

/// CLI11 takes whatever follows for the value: `--run --quiet` would run into a folder of that name.
void refuse_options_as_values(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || option->get_expected_max() == 0) continue;
    option->check([](const std::string& value) {
      return value.starts_with("--") ? fmt::format("a value is missing before {}", value) : "";
    });
  }
  for (CLI::App* other : command.get_subcommands({})) refuse_options_as_values(*other);
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = innermost(app);
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  std::string message = error.what(), hint;
  if (!extras.empty()) {
    const bool option = extras.front().starts_with("-");
    const bool has_commands = !command->get_subcommands({}).empty();
    message = fmt::format("unknown {} '{}'",
                          option         ? "option"
                          : has_commands ? "command"
                                         : "argument",
                          extras.front());
    hint = suggestion_for(extras.front(), *command);
  }
  std::string name;
  for (const CLI::App* at = command; at != nullptr; at = at->get_parent())
    name = at->get_name() + (name.empty() ? "" : " ") + name;
  if (!hint.empty()) message += "\n  hint: " + hint;
  return Error(ErrorCode::usage, fmt::format("{}\n  see: {} --help", message, name));
}

}  // namespace

const Option& Option::required() const {
  option_->required();
  return *this;
}

const Option& Option::show_default() const {
  option_->capture_default_str();
  return *this;
}

const Option& Option::range(int least, int most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::range(double least, double most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

const Option& Option::one_of(const std::vector<std::string>& values) const {
  option_->check(CLI::IsMember(values));
  return *this;
}

const Option& Option::values(int count) const {
  option_->expected(count);
  return *this;
}

const Option& Option::value_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

const Option& Option::repeatable() const {
  option_->take_all();
  return *this;
}

const Option& Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Option& Option::needs(const Option& other) const {
  option_->needs(other.option_);
  return *this;
}

Command Command::command(const std::string& name, const std::string& help) const {
  return Command(app_->add_subcommand(name, help), action_);
}

void Command::require_command() const {
  app_->require_subcommand(1);
}

void Command::footer(const std::string& text) const {
  app_->footer(text);
}

template <typename T>
Option Command::option(const std::string& name, T& value, const std::string& help) const {
  return Option(app_->add_option(name, value, help));
}

template Option Command::option(const std::string&, std::string&, const std::string&) const;
template Option Command::option(const std::string&, int&, const std::string&) const;
template Option Command::option(const std::string&, std::size_t&, const std::string&) const;
template Option Command::option(const std::string&, double&, const std::string&) const;
template Option Command::option(const std::string&, std::optional<std::size_t>&, const std::string&) const;
template Option Command::option(const std::string&, std::vector<std::string>&, const std::string&) const;

Option Command::flag(const std::string& name, bool& value, const std::string& help) const {
  return Option(app_->add_flag(name, value, help));
}

void Command::action(std::function<int()> run) const {
  app_->callback([chosen = action_, run = std::move(run)] { *chosen = run; });
}

CommandLine::CommandLine(const std::string& name, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, name)) {
  app_->require_subcommand(1);
}

CommandLine::~CommandLine() = default;

Command CommandLine::program() {
  return Command(app_.get(), &action_);
}

void CommandLine::version(const std::string& text) {
  app_->set_version_flag("--version", text);
}

int CommandLine::run(std::vector<std::string> words) {
  refuse_options_as_values(*app_);
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the end
  const std::string first = words.empty() ? "" : words.back();
  try {
    app_->parse(std::move(words));
  } catch (const CLI::Success& request) {  // --help, --version
    return app_->exit(request);
  } catch (const CLI::ParseError& error) {
    throw usage_error(*app_, error);
  }
  L2L_CHECK(action_, "no action for {}", first);
  return action_();
}

}  // namespace l2l
