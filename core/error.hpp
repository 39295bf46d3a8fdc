// Failures that are somebody's fault. A bug in the program is L2L_CHECK; a fault of the user or of the
// environment is Error; divergence of an optimizer is data, never an error.
#pragma once

#include <exception>
#include <string>

#include <fmt/format.h>

namespace l2l {

enum class ErrorCode {
  usage,        ///< the command line is wrong
  suite,        ///< a suite file is wrong
  data,         ///< a dataset file is missing, damaged or alien
  format,       ///< another file (trained optimizer, golden vectors, ...) is damaged or alien
  store,        ///< a run directory or its store cannot be used
  environment,  ///< disk, network, memory, a missing tool
  interrupted,  ///< the user asked to stop
};

/// A place in a file, 1-based; line or column 0 means unknown.
struct Where {
  std::string file;
  int line = 0;
  int column = 0;

  std::string to_string() const;  ///< "file:line:column", as far as known
};

/// What went wrong, where, and what to do about it.
class Error : public std::exception {
 public:
  Error(ErrorCode code, Where where, std::string what, std::string hint = "");
  Error(ErrorCode code, std::string what, std::string hint = "")
      : Error(code, Where{}, std::move(what), std::move(hint)) {}

  ErrorCode code() const { return code_; }
  const Where& where() const { return where_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  /// "where: message\n  hint: ..."
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  ErrorCode code_;
  Where where_;
  std::string message_;
  std::string hint_;
  std::string text_;
};

/// Exit code of the program for an error: kInterrupted for `interrupted`, kCannotStart for all others.
int exit_code(ErrorCode code);

/// Thrown by L2L_CHECK: a bug in this program.
class CheckFailure : public std::exception {
 public:
  explicit CheckFailure(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

[[noreturn]] void check_failed(const char* file, int line, const char* expression, const std::string& values);

}  // namespace l2l

/// Always on. L2L_CHECK(n == m, "n={} m={}", n, m) throws CheckFailure with the values printed.
#define L2L_CHECK(condition, ...)                                                      \
  do {                                                                                 \
    if (!(condition)) [[unlikely]]                                                     \
      ::l2l::check_failed(__FILE__, __LINE__, #condition, ::fmt::format(__VA_ARGS__)); \
  } while (false)
