// The self-test of claims: it keeps its promise, sees what is there, and notices a rule that is too bold.
#include <algorithm>

#include <catch2/catch.hpp>

#include "reports/claims/claims.hpp"
#include "reports/claims/contrast.hpp"
#include "reports/claims/measured_rates.hpp"
#include "reports/claims/self_test.hpp"
#include "reports/claims/simulated_runs.hpp"

using namespace l2l::reports;

TEST_CASE("verdicts on simulated runs keep their promise and see what is there") {
  ClaimsTestSettings settings;
  settings.reports = 3;
  settings.problems = {12, 32};
  settings.trainings = {1, 3};
  settings.effects = {0.2};
  const auto rows = claims_self_test(settings);
  CHECK(rows.size() == tested_claims().size() * std::size(kLaws) * 2 * 2 * (settings.claims.size() + 1));
  for (const ClaimsTestRow& row : broken_promises(rows)) FAIL_CHECK(row.claim << ", " << row.law);
  const auto power = std::find_if(rows.begin(), rows.end(), [](const ClaimsTestRow& row) {
    return row.claim == "below" && row.law == "normal" && row.problems == 32 && row.trainings == 1 &&
           row.effect > 0;
  });
  REQUIRE(power != rows.end());
  CHECK(power->rate() > 0.5);  // 0.9 in the long run
}

TEST_CASE("a rule that is too bold breaks its promise") {
  ClaimsTestRow bold;
  bold.claim = "below";
  bold.law = "normal";
  bold.problems = 12;
  bold.reports = 2000;
  bold.decided = 66;  // 3.3 %: the percentile bootstrap of a mean
  CHECK_FALSE(broken_promises({bold}).empty());
  bold.decided = 22;
  CHECK(broken_promises({bold}).empty());
  // What no row shows alone, many do together.
  std::vector<ClaimsTestRow> rows;
  for (std::size_t n = 0; n < 40; ++n) {
    rows.push_back(bold);
    rows.back().problems = n;
    rows.back().reports = 400;
    rows.back().decided = 7;  // 1.75 %
  }
  CHECK(broken_promises({rows.front()}).empty());
  CHECK_FALSE(broken_promises(rows).empty());
}

TEST_CASE("simulated claims are about what is true of their law") {
  for (const Law law : kLaws) {
    CAPTURE(to_string(law));
    for (const Statistic statistic : {Statistic::mean, Statistic::median}) {
      const SimulatedClaim simulated = simulate({{"at_most", statistic}, law, 40'000, 1, 0}, 1, 1);
      const Contrast contrast =
          contrast_with(simulated.claim, simulated.experiments[0].curves[0], simulated.claim.threshold);
      const Interval interval = contrast.estimator->interval(1e-4);
      CHECK(interval.low <= simulated.claim.threshold);
      CHECK(interval.high >= simulated.claim.threshold);
    }
    for (const char* kind : {"below", "close", "ratio", "no_convergence"}) {
      const SimulatedClaim simulated = simulate({{kind, {}}, law, 40'000, 1, 0}, 1, 2);
      CHECK(judge(simulated.claim, simulated.experiments).p_value > 1e-4);
    }
  }
}

TEST_CASE("a report quotes the rate of as many problems and claims as it has") {
  CHECK(measured_rate(1, 1).problems == 5);
  CHECK(measured_rate(70, 15).problems == 64);
  CHECK(measured_rate(70, 15).claims == 14);
  CHECK(measured_rate(4096, 100).claims == 40);
  for (const MeasuredRate& rate : measured_rates()) CHECK(rate.worst <= 0.05);
}
