// The bits of the hand-designed rules: those that stored results were made with, on every instruction set.
#include <algorithm>
#include <fstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "optimizers/kernels/isa.hpp"
#include "tests/support/places.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/optimizers/rule_digests.hpp"

using namespace l2l;
using namespace l2l::testing;

namespace {

const std::vector<RuleDigests>& committed() {
  static const auto rows = read_rule_digests(test::source("tests/unit/optimizers/rule_digests.tsv"));
  return rows;
}

}  // namespace

TEST_CASE("rules: every one has a digest of its version (else build the target rule_digests)") {
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    CHECK(std::any_of(committed().begin(), committed().end(),
                      [&](const RuleDigests& row) { return row.rule == rule.name; }));
  }
  for (const RuleDigests& row : committed()) {
    CAPTURE(row.rule, row.given);
    REQUIRE(find_rule(row.rule) != nullptr);
    CHECK(row.version == find_rule(row.rule)->version_with(row.given));
  }
}

TEST_CASE("rules: the bits are those that stored results were made with, on every instruction set") {
  for (const std::string& isa : available_isas()) {
    const IsaOverride level(isa);
    for (const RuleDigests& row : committed()) {
      CAPTURE(isa, row.rule, row.given);
      const Rule& rule = *find_rule(row.rule);
      CHECK(digest_of_rule<float>(rule, row.given) == row.single);
      CHECK(digest_of_rule<double>(rule, row.given) == row.twice);
    }
  }
}

TEST_CASE("rules: the same bits for any number of threads and any assignment of chunks to them") {
  for (const RuleDigests& row : committed()) {
    for (const std::size_t threads : {1, 3, 8}) {
      const ThreadLimit limit(threads);
      const ShuffledLoops shuffled(threads);
      CAPTURE(row.rule, threads);
      CHECK(digest_of_rule<float>(*find_rule(row.rule), row.given) == row.single);
    }
  }
}

TEST_CASE("renewing digests adds what is missing and changes none without a new version") {
  std::vector<Rule> some = {*find_rule("sgd"), *find_rule("bfgs")};
  const RenewedDigests fresh = renew_rule_digests({}, some);
  REQUIRE(fresh.rows.size() == 2);
  CHECK(fresh.refused.empty());
  CHECK(fresh.changes == std::vector<std::string>{"sgd {}: added", "bfgs {}: added"});
  CHECK(fresh.rows[0].single == digest_of_rule<float>(some[0], {}));
  CHECK(fresh.rows[1].twice == digest_of_rule<double>(some[1], {}));
  CHECK(renew_rule_digests(fresh.rows, some).changes.empty());

  std::vector<RuleDigests> rows = fresh.rows;
  rows.push_back({"sgd", 1, {{"learning_rate", 0.5}}, "", ""});
  rows.push_back({"gone", 1, {}, "1", "2"});
  const RenewedDigests more = renew_rule_digests(rows, some);
  CHECK(more.changes == std::vector<std::string>{"sgd {learning_rate=0.5}: added", "gone {}: removed"});
  REQUIRE(more.rows.size() == 3);
  CHECK(more.rows[1].single != more.rows[0].single);

  rows = fresh.rows;
  rows[0].twice.front() ^= 1;
  const RenewedDigests changed = renew_rule_digests(rows, some);
  REQUIRE(changed.refused.size() == 1);
  CHECK(changed.refused[0].find("sgd {}: its bits have changed, but its version is still 1") == 0);
  some[0].version = 2;
  const RenewedDigests raised = renew_rule_digests(rows, some);
  CHECK(raised.refused.empty());
  CHECK(raised.rows[0].version == 2);
  CHECK(raised.rows[0].twice == fresh.rows[0].twice);
}

TEST_CASE("digests are read as they were written, and lines that are no rows refused") {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "digests.tsv";
  const auto read = [&](const std::string& text) {
    std::ofstream(path) << text;
    return read_rule_digests(path);
  };
  const std::vector<RuleDigests> rows = {{"adam", 3, {{"beta1", 0.5}, {"epsilon", 1e-9}}, "ab", "cd"},
                                         {"sgd", 1, {}, "01", "23"}};
  const auto again = read(rule_digests_text(rows));
  CHECK(rule_digests_text(again) == rule_digests_text(rows));
  CHECK(again[0].given == rows[0].given);
  CHECK(read("adam\t1\tbeta1=0.5\n")[0].single.empty());
  for (const char* bad :
       {"adam\n", "adam\tone\t\n", "adam\t1\tbeta1\n", "adam\t1\tbeta1=x\n", "adam\t1\t\tab\n"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(read(bad), Error);
  }
  CHECK_THROWS_AS(read_rule_digests(folder.path() / "none.tsv"), Error);
}
