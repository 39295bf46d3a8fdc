// Every kind of claim with planted claims that are wrong, undecidable and without data, and what Holm's
// correction over all claims of a report does to them.
#include <algorithm>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "reports/claims/claims.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/results/report_input.hpp"
#include "tests/unit/reports/gate/planted_curves.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

Claim claim_named(const std::string& kind) {
  Claim claim;
  claim.id = kind;
  claim.kind = kind;
  claim.experiment = "e";
  claim.optimizer = "lstm";
  claim.step = 1;
  const std::vector<std::string> alone = {"at_most", "at_least", "within", "no_convergence"};
  if (std::count(alone.begin(), alone.end(), kind) == 0) claim.against = {"adam"};
  return claim;
}

/// At several points where the LSTM is around these means and ADAM around 2.
std::vector<Experiment> run(const std::vector<double>& means, std::size_t seeds = 40) {
  Experiment experiment{"e", "", {}};
  for (std::size_t i = 0; i < means.size(); ++i) {
    for (Curve curve : {curve_around("lstm", means[i], seeds), curve_around("adam", 2, seeds)}) {
      if (means.size() > 1) curve.coordinates = {{"horizon", std::to_string(i)}};
      experiment.curves.push_back(std::move(curve));
    }
  }
  return {experiment};
}

/// The claim in a report of its own.
ClaimVerdict verdict_in_report(const Claim& claim, std::vector<Experiment> experiments) {
  ReportInput input;
  input.experiments = std::move(experiments);
  input.claims = {claim};
  return judge(input).front();
}

struct Planted {
  Claim claim;
  std::vector<double> right, wrong, open;  ///< means of the LSTM that make it so
};

std::vector<Planted> planted() {
  std::vector<Planted> all;
  const auto add = [&](const char* kind, std::vector<double> right, std::vector<double> wrong,
                       std::vector<double> open) -> Claim& {
    all.push_back({claim_named(kind), std::move(right), std::move(wrong), std::move(open)});
    return all.back().claim;
  };
  add("below", {1.5}, {2.5}, {2});
  add("below", {1.5}, {1.9}, {1.8}).minimum_effect = 0.1;  // 1.9 is below 2, but not by a tenth
  add("fails", {2.5}, {1.5}, {2});
  add("fails", {2.5}, {2.1}, {2.2}).minimum_effect = 0.1;
  const auto add_level = [&](const char* kind, std::vector<double> right, std::vector<double> wrong,
                             std::vector<double> open) -> Claim& {
    Claim& claim = add(kind, std::move(right), std::move(wrong), std::move(open));
    claim.statistic = Statistic::median;
    return claim;
  };
  add_level("at_most", {0.9}, {1.1}, {1.01}).threshold = 1;
  add_level("at_least", {1.1}, {0.9}, {0.99}).threshold = 1;
  add("close", {2.1}, {2.4}, {2.2}).margin = 0.1;
  add("ratio", {0.9}, {1.1}, {1}).ratio = 0.5;
  Claim& within = add_level("within", {1}, {1.2}, {1.1});
  within.margin = 0.1;
  within.paper_value = 1;
  all.push_back(all.back());
  all.back().wrong = {0.8};  // off to the other side
  add("no_convergence", {2.2}, {1.8}, {2});
  add("no_convergence", {1.2}, {0.8}, {1}).share = 0.5;
  add("most_seeds", {1.5}, {2.3}, {2}).share = 0.5;
  Claim& wins = add("most_seeds", {1.2}, {1.7}, {1.5});
  wins.share = 0.5;
  wins.minimum_effect = 0.25;
  add("most_points", {1.5, 2.5, 1.5}, {1.5, 2.5, 2.5}, {1.5, 2, 2.5}).more_than = 1;
  return all;
}

}  // namespace

TEST_CASE("planted claims: right, wrong, undecidable and without data, of every kind") {
  for (const Planted& each : planted()) {
    const Claim& claim = each.claim;
    CAPTURE(claim.kind, claim.minimum_effect, each.wrong);
    CHECK(verdict_in_report(claim, run(each.right)).verdict == Verdict::reproduced);
    CHECK(verdict_in_report(claim, run(each.wrong)).verdict == Verdict::contradicted);
    CHECK(verdict_in_report(claim, run(each.open)).verdict == Verdict::inconclusive);
    CHECK(verdict_in_report(claim, {}).verdict == Verdict::not_run);
    std::vector<Experiment> unfinished = run(each.open);
    for (Curve& curve : unfinished.front().curves) curve.complete = false;
    CHECK(verdict_in_report(claim, unfinished).verdict == Verdict::not_run);
    const ClaimVerdict right = verdict_in_report(claim, run(each.right));
    CHECK(right.effect.has_value());
    CHECK(right.p_value <= 0.01);
    CHECK_FALSE(right.reason.empty());
    CHECK(verdict_in_report(claim, run(each.open)).p_value > 0.01);
  }
}

TEST_CASE("effects are what their names say") {
  Claim claim = claim_named("ratio");
  claim.ratio = 0.6;
  const ClaimVerdict ratio = verdict_in_report(claim, run({1}));
  CHECK(ratio.effect->of == "loss / that of adam (geometric mean)");
  CHECK(ratio.effect->value == Approx(0.5).margin(0.02));
  CHECK(ratio.effect->interval.low < 0.5);
  CHECK(ratio.effect->interval.high > 0.5);
  claim = claim_named("most_seeds");
  claim.share = 0.5;
  const ClaimVerdict wins = verdict_in_report(claim, run({1}));
  CHECK(wins.effect->value == 1);
  // Clopper and Pearson, 40 of 40 at 99 %: the share s with s^40 = 0.005
  CHECK(wins.effect->interval.low == Approx(std::pow(0.005, 1.0 / 40)).epsilon(1e-6));
  CHECK(wins.effect->interval.high == 1);
  CHECK(wins.p_value == Approx(2 * std::pow(0.5, 40)));
  claim = claim_named("no_convergence");
  CHECK(verdict_in_report(claim, run({1})).effect->value == Approx(0.5).margin(0.02));
  // against a later step than the first: a curve that goes down and comes back up
  auto experiments = run({1});
  Curve& curve = experiments.front().curves.front();
  curve.horizon = 2;
  xt::xtensor<float, 3> losses({1, curve.seeds.size(), 3});
  for (std::size_t i = 0; i < curve.seeds.size(); ++i) {
    losses(0, i, 0) = 2;
    losses(0, i, 1) = curve.losses(0, i, 1);
    losses(0, i, 2) = 1.5F * curve.losses(0, i, 1);
  }
  curve.losses = losses;
  claim.step = 2;
  CHECK(verdict_in_report(claim, experiments).verdict == Verdict::contradicted);
  claim.from_step = 1;
  CHECK(verdict_in_report(claim, experiments).verdict == Verdict::reproduced);
  CHECK(verdict_in_report(claim, experiments).effect->of == "loss / that at step 1 (median)");
  CHECK(verdict_in_report(claim, experiments).effect->value == Approx(1.5));
  claim = claim_named("within");
  claim.paper_value = 2;
  CHECK(verdict_in_report(claim, run({1})).effect->value == Approx(0.5).margin(0.02));
}

TEST_CASE("one diverged problem does not decide for all, unless the claim speaks of the mean") {
  auto experiments = run({1});
  experiments.front().curves.front().losses(0, 39, 1) = std::numeric_limits<float>::infinity();
  const auto verdict = [&](const char* kind) {
    Claim claim = claim_named(kind);
    claim.paper_value = 1;
    claim.margin = 0.5;
    claim.share = 0.95;
    return verdict_in_report(claim, experiments);
  };
  CHECK(verdict("no_convergence").verdict ==
        Verdict::contradicted);                               // the others end at half of where they started
  CHECK(verdict("within").verdict == Verdict::contradicted);  // its mean is infinite, seen once
  CHECK(verdict("ratio").verdict == Verdict::reproduced);
  CHECK_THAT(verdict("ratio").reason, Catch::Contains("judged by the median, since on 1 of 40 problems"));
  CHECK_THAT(verdict("ratio").reason, Catch::Contains("it diverged on 1 of 40 problems"));
  CHECK(verdict("most_seeds").verdict == Verdict::inconclusive);  // 39 of 40: one loss among wins
}

TEST_CASE("Holm's correction goes over the claims of a report that ran") {
  // 9 seeds that all agree: p = 2^-8 = 0.0039, below 0.01 for two claims (0.0078) and not for three (0.0117).
  ReportInput input;
  input.experiments = run({1}, 9);
  Claim below = claim_named("below");
  Claim without_data = claim_named("below");
  without_data.experiment = "elsewhere";
  input.claims = {below, below, without_data};
  std::vector<ClaimVerdict> verdicts = judge(input);
  CHECK(verdicts[0].verdict == Verdict::reproduced);
  CHECK(verdicts[0].p_value == 1.0 / 256);
  CHECK(verdicts[0].p_holm == 2.0 / 256);
  CHECK(verdicts[2].verdict == Verdict::not_run);
  input.claims.push_back(below);
  verdicts = judge(input);
  CHECK(verdicts[0].verdict == Verdict::inconclusive);
  CHECK(verdicts[0].p_holm == 3.0 / 256);
  CHECK(verdicts[0].reason ==
        "by itself reproduced: its loss is below that of adam; not enough for one of 3 claims (p = 0.0039, "
        "corrected "
        "0.012); n too small: 9 problems cannot decide at 99 % as one of 3 claims, 10 could; against "
        "adam: one problem carries 32 % of the variance");
  // A claim that asks for less confidence is decided at its own level.
  input.claims[0].confidence = 0.95;
  CHECK(judge(input)[0].verdict == Verdict::reproduced);
  // Wrong claims need as much proof as right ones.
  input.experiments = run({3}, 9);
  CHECK(judge(input)[1].verdict == Verdict::inconclusive);
  input.experiments = run({3}, 16);
  CHECK(judge(input)[1].verdict == Verdict::contradicted);
}

TEST_CASE("one optimizer against another is a paired difference, interval and p-value") {
  // Losses that vary a lot between problems and little between optimizers: their intervals overlap.
  Curve lstm = curve_around("lstm", 1), adam = curve_around("adam", 1);
  for (std::size_t i = 0; i < adam.seeds.size(); ++i)
    adam.losses(0, i, 1) = 0.01F * adam.losses(0, i, 1) + lstm.losses(0, i, 1);
  const std::vector<Experiment> paired = {{"e", "", {lstm, adam}}};
  const ClaimVerdict below = judge(claim_named("below"), paired);
  CHECK(below.decisive().measured->interval.high > below.decisive().comparisons[0].summary.interval.low);
  CHECK(below.verdict == Verdict::reproduced);
  CHECK(below.p_value < 1e-9);
  CHECK(judge(claim_named("fails"), paired).verdict == Verdict::contradicted);
  // The same losses of other problems: no pairs.
  for (std::uint64_t& seed : adam.seeds) seed += adam.seeds.size();
  const std::vector<Experiment> strangers = {{"e", "", {lstm, adam}}};
  CHECK(judge(claim_named("below"), strangers).verdict == Verdict::inconclusive);
  CHECK(judge(claim_named("fails"), strangers).verdict == Verdict::inconclusive);
}

TEST_CASE("a contradiction by any of several points or others is corrected for how many there are") {
  Claim claim = claim_named("below");
  const double one = judge(claim, run({3}, 9)).p_value;
  CHECK(one == 1.0 / 256);
  CHECK(judge(claim, run({3, 1, 1}, 9)).p_value == 3 * one);
  CHECK(judge(claim, run({1, 1, 1}, 9)).p_value == one);  // reproduced: at every one of them
}
