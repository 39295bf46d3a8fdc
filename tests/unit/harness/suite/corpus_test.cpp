// The parser on the corpus: every good suite is read and resolved, every bad one refused at the right place.
#include "tests/unit/harness/suite/corpus.hpp"

#include <catch2/catch.hpp>

#include "harness/plan/plan.hpp"
#include "harness/suite/load.hpp"
#include "harness/suite/questions.hpp"
#include "harness/suite/suite.hpp"

using namespace l2l;
using namespace l2l::test;

namespace {

std::vector<std::string> keys(const Plan& plan) {
  std::vector<std::string> result;
  for (const Job& job : plan.jobs) result.push_back(job.key + " " + job.label);
  return result;
}

/// "message / hint", as the corpus writes it.
std::string one_line(std::string text) {
  const std::string hint = "\n  hint: ";
  if (const std::size_t at = text.find(hint); at != std::string::npos) text.replace(at, hint.size(), " / ");
  return text;
}

}  // namespace

TEST_CASE("every good suite is read, and its resolved form is an equal suite") {
  for (const auto& path : good_suites()) {
    CAPTURE(path.string());
    const Suite suite = load_suite(path.string());
    const Plan plan = make_plan(suite);
    REQUIRE_FALSE(plan.jobs.empty());
    CAPTURE(suite.canonical_yaml);
    const Suite resolved = parse_suite(suite.canonical_yaml, "resolved.yaml");
    CHECK(resolved.canonical_yaml == suite.canonical_yaml);
    CHECK(resolved.title == suite.title);
    CHECK(resolved.description == suite.description);
    CHECK(keys(make_plan(resolved)) == keys(plan));
    REQUIRE(resolved.figures.size() == suite.figures.size());
    REQUIRE(resolved.claims.size() == suite.claims.size());
    for (std::size_t i = 0; i < suite.claims.size(); ++i) {
      CHECK(resolved.claims[i].id == suite.claims[i].id);
      CHECK(resolved.claims[i].where == suite.claims[i].where);
      CHECK(resolved.claims[i].threshold == suite.claims[i].threshold);
      CHECK(resolved.claims[i].paper_value == suite.claims[i].paper_value);
    }
  }
}

TEST_CASE("every bad suite is refused at the right line and column") {
  const auto files = yaml_files(corpus("bad"));
  REQUIRE(files.size() > 100);
  for (const auto& path : files) {
    const Expected expected = expectation(path);
    CAPTURE(path.string(), expected.place, expected.fragment);
    REQUIRE_FALSE(expected.fragment.empty());
    try {
      load_suite(path.string());
      FAIL_CHECK("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::suite);
      const std::string place = error.where().to_string(), text = one_line(error.what());
      CAPTURE(text);
      CHECK((place.ends_with("/" + expected.place) || place == path.string() + ":" + expected.place));
      CHECK(text.find(expected.fragment) != std::string::npos);
    }
  }
}
