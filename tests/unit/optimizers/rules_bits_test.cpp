// The bits of the hand-designed rules: those that stored results were made with, on every instruction set.
#include <algorithm>

#include <catch2/catch.hpp>

#include "optimizers/kernels/isa.hpp"
#include "tests/unit/optimizers/rule_digests.hpp"

using namespace l2l;
using namespace l2l::testing;

TEST_CASE("rules: the bits are those that stored results were made with, on every instruction set") {
  for (const Rule& rule : rules()) {
    if (rule.name.ends_with("bfgs")) continue;  // on functions, not on 40,000 coordinates: quasi_newton_test
    CHECK(std::any_of(std::begin(kRuleDigests), std::end(kRuleDigests),
                      [&](const RuleDigests& c) { return c.rule == rule.name; }));
  }
  for (const std::string& isa : available_isas()) {
    const IsaOverride level(isa);
    for (const RuleDigests& c : kRuleDigests) {
      CAPTURE(isa, c.rule, c.given);
      CHECK(digest_of_rule<float>(c) == c.single);
      CHECK(digest_of_rule<double>(c) == c.twice);
    }
  }
}

TEST_CASE("rules: the same bits for any number of threads and any assignment of chunks to them") {
  const RuleDigests& last = *(std::end(kRuleDigests) - 1);
  for (const std::size_t threads : {1, 3, 8}) {
    const ThreadLimit limit(threads);
    const ShuffledLoops shuffled(threads);
    CHECK(digest_of_rule<float>(last) == last.single);
  }
}
