#include <catch2/catch.hpp>

#include "core/files.hpp"
#include "reports/gate/self_test.hpp"
#include "tests/support/places.hpp"

using namespace l2l::reports;

TEST_CASE("the error rates in docs/gate.md are those of the self-test, and within the goal") {
  const std::string text = l2l::read_file(l2l::test::source("docs/gate.md")), begin = "self-test -->\n",
                    end = "<!-- end of self-test -->";
  const std::size_t first = text.find(begin) + begin.size();
  const auto rows = gate_self_test(2000, 1);
  CHECK(self_test_markdown(rows) == text.substr(first, text.find(end) - first));
  CHECK(within_goal(rows));
}
