#include "core/error.hpp"

#include "core/exit_codes.hpp"

namespace l2l {

std::string Where::to_string() const {
  if (line == 0) return file;
  if (column == 0) return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

Error::Error(ErrorCode code, Where where, std::string what, std::string hint)
    : code_(code), where_(std::move(where)), message_(std::move(what)), hint_(std::move(hint)) {
  const std::string place = where_.to_string();
  text_ = place.empty() ? message_ : place + ": " + message_;
  if (!hint_.empty()) text_ += "\n  hint: " + hint_;
}

int exit_code(ErrorCode code) {
  return code == ErrorCode::interrupted ? kInterrupted : kCannotStart;
}

void check_failed(const char* file, int line, const char* expression, const std::string& values) {
  throw CheckFailure(fmt::format("{}:{}: check failed: {} ({})\n  this is a bug in l2lbench", file, line,
                                 expression, values));
}

}  // namespace l2l
