#include "core/error.hpp"

#include <catch2/catch.hpp>

using namespace l2l;
using Catch::Matchers::Contains;

TEST_CASE("an error says where, what and what to do") {
  const Error full(ErrorCode::suite, {"a.yaml", 3, 7}, "unknown key lern", "did you mean learn?");
  CHECK(std::string(full.what()) == "a.yaml:3:7: unknown key lern\n  hint: did you mean learn?");
  CHECK(full.code() == ErrorCode::suite);
  CHECK(full.where().line == 3);
  CHECK(full.message() == "unknown key lern");
  CHECK(full.hint() == "did you mean learn?");
  CHECK(std::string(Error(ErrorCode::data, Where{"f", 3}, "x").what()) == "f:3: x");
  CHECK(std::string(Error(ErrorCode::data, Where{"f"}, "x").what()) == "f: x");
  CHECK(std::string(Error(ErrorCode::usage, "x").what()) == "x");
}

TEST_CASE("exit codes") {
  CHECK(exit_code(ErrorCode::usage) == 2);
  CHECK(exit_code(ErrorCode::suite) == 2);
  CHECK(exit_code(ErrorCode::data) == 2);
  CHECK(exit_code(ErrorCode::environment) == 2);
  CHECK(exit_code(ErrorCode::interrupted) == 130);
}

TEST_CASE("a failed check prints the expression and its values; one that holds costs nothing") {
  int evaluated = 0;
  const auto value = [&] { return ++evaluated; };
  CHECK_NOTHROW([&] { L2L_CHECK(true, "{}", value()); }());
  CHECK(evaluated == 0);
  const auto failing = [&] { L2L_CHECK(1 + 1 == 3, "value={}", value()); };
  CHECK_THROWS_AS(failing(), CheckFailure);
  CHECK_THROWS_WITH(failing(), Contains("error_test.cpp") && Contains("1 + 1 == 3") && Contains("value=2"));
}
