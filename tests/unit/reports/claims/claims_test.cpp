#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <catch2/catch.hpp>

#include "reports/claims/claims.hpp"
#include "reports/pages/csv_tables.hpp"
#include "reports/results/report_input.hpp"
#include "tests/unit/reports/gate/planted_curves.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

std::vector<Experiment> with(std::vector<Curve> curves) {
  return {{"e", "", std::move(curves)}};
}

Claim claim_of(const std::string& kind) {
  Claim claim;
  claim.id = "c";
  claim.kind = kind;
  claim.experiment = "e";
  claim.optimizer = "lstm";
  claim.step = 1;
  if (kind == "below" || kind == "fails") claim.against = {"adam", "sgd"};
  if (kind == "at_most" || kind == "at_least") claim.statistic = Statistic::median;
  claim.threshold = 1;
  return claim;
}

Verdict verdict_of(const std::string& kind, double lstm, double adam = 2, double sgd = 3) {
  return judge(claim_of(kind),
               with({curve_around("lstm", lstm), curve_around("adam", adam), curve_around("sgd", sgd)}))
      .verdict;
}

}  // namespace

TEST_CASE("below: reproduced, inconclusive and contradicted") {
  CHECK(verdict_of("below", 1.0) == Verdict::reproduced);
  CHECK(verdict_of("below", 2.0) == Verdict::inconclusive);
  CHECK(verdict_of("below", 2.5) == Verdict::contradicted);  // planted: worse than one of the two
  CHECK(verdict_of("below", 4.0) == Verdict::contradicted);
}

TEST_CASE("fails: reproduced, inconclusive and contradicted") {
  CHECK(verdict_of("fails", 4.0) == Verdict::reproduced);
  CHECK(verdict_of("fails", 3.0) == Verdict::inconclusive);
  CHECK(verdict_of("fails", 2.5) == Verdict::contradicted);  // planted: better than one of the two
  CHECK(verdict_of("fails", 1.0) == Verdict::contradicted);
}

TEST_CASE("close: the ratio on the same problem against a margin") {
  // The scatter of a curve belongs to its optimizer, so pairs differ by 0.1 * sqrt(2) in deviation.
  Claim claim = claim_of("close");
  claim.against = {"adam"};
  claim.margin = 0.1;
  const auto verdict = [&](double lstm, double adam, std::size_t seeds = 40) {
    return judge(claim, with({curve_around("lstm", lstm, seeds), curve_around("adam", adam, seeds)})).verdict;
  };
  CHECK(verdict(2.0, 2.0) == Verdict::reproduced);
  CHECK(verdict(1.0, 2.0) == Verdict::reproduced);  // below it: closer than needed
  CHECK(verdict(2.2, 2.0) == Verdict::inconclusive);
  CHECK(verdict(2.4, 2.0) == Verdict::contradicted);
  CHECK(verdict(2.0, 2.0, kFewestSeeds - 1) == Verdict::inconclusive);
  claim.margin = 0.5;
  CHECK(verdict(2.4, 2.0) == Verdict::reproduced);
  Curve lstm = curve_around("lstm", 2), adam = curve_around("adam", 2);
  claim.statistic = Statistic::mean;
  lstm.losses(0, 2, 1) = std::numeric_limits<float>::infinity();
  CHECK(judge(claim, with({lstm, adam})).verdict == Verdict::contradicted);
  CHECK(judge(claim, with({adam, curve_around("lstm", 2, 0)})).verdict == Verdict::not_run);
}

TEST_CASE("advantage: the ratio to the hardest other optimizer, here against there") {
  Claim claim = claim_of("advantage");
  claim.against = {"adam", "sgd"};
  claim.where = {{"optimizee", "g"}};
  claim.than = "f";
  const auto on = [](const char* optimizee, Curve curve) {
    curve.optimizee = optimizee;
    return curve;
  };
  const auto judged = [&](double here, double adam_here, double there, double adam_there) {
    return judge(claim, with({on("g", curve_around("lstm", here)), on("g", curve_around("adam", adam_here)),
                              on("g", curve_around("sgd", 9)), on("f", curve_around("lstm", there)),
                              on("f", curve_around("adam", adam_there)), on("f", curve_around("sgd", 9))}));
  };
  CHECK(judged(1, 3, 2, 3).verdict == Verdict::reproduced);
  CHECK(judged(2, 3, 1, 3).verdict == Verdict::contradicted);
  CHECK(judged(2, 3, 2, 3).verdict == Verdict::inconclusive);
  CHECK(judged(1, 3, 2, 3).points.size() == 1);
  CHECK_THAT(judged(1, 3, 2, 3).decisive().reason, Catch::Contains("times on f"));
  // Planted: a new hardest one there takes the advantage of the LSTM away here.
  Curve rival = on("g", curve_around("sgd", 1));
  CHECK(judge(claim, with({on("g", curve_around("lstm", 1)), on("g", curve_around("adam", 3)), rival,
                           on("f", curve_around("lstm", 2)), on("f", curve_around("adam", 3)),
                           on("f", curve_around("sgd", 9))}))
            .verdict == Verdict::contradicted);
  CHECK(judge(claim, with({on("g", curve_around("lstm", 1)), on("g", curve_around("adam", 3)),
                           on("g", curve_around("sgd", 9))}))
            .verdict == Verdict::not_run);
}

TEST_CASE("a claim over steps compares means of losses") {
  // Step 0 is 2 for everyone: means over steps 0 and 1 are pulled together, and half as far apart.
  Claim claim = claim_of("at_most");
  claim.first_step = 0;
  claim.threshold = 1.6;
  const ClaimVerdict verdict = judge(claim, with({curve_around("lstm", 1)}));
  CHECK(verdict.decisive().measured->mean == Approx(1.5).margin(0.02));
  CHECK(verdict.verdict == Verdict::reproduced);
  claim.first_step.reset();
  CHECK(judge(claim, with({curve_around("lstm", 1)})).decisive().measured->mean == Approx(1).margin(0.04));
  // A seed that diverges anywhere in between has no mean.
  claim.first_step = 0;
  Curve curve = curve_around("lstm", 1);
  curve.losses(0, 3, 0) = std::numeric_limits<float>::quiet_NaN();
  CHECK(judge(claim, with({curve})).decisive().measured->diverged == 1);
}

TEST_CASE("thresholds: reproduced, inconclusive and contradicted") {
  CHECK(verdict_of("at_most", 0.8) == Verdict::reproduced);
  CHECK(verdict_of("at_most", 1.01) == Verdict::inconclusive);
  CHECK(verdict_of("at_most", 1.2) == Verdict::contradicted);
  CHECK(verdict_of("at_least", 1.2) == Verdict::reproduced);
  CHECK(verdict_of("at_least", 0.99) == Verdict::inconclusive);
  CHECK(verdict_of("at_least", 0.8) == Verdict::contradicted);
}

TEST_CASE("a claim without its data is not run, and says why") {
  const Curve lstm = curve_around("lstm", 1), adam = curve_around("adam", 2);
  CHECK(judge(claim_of("below"), {}).verdict == Verdict::not_run);
  const ClaimVerdict no_sgd = judge(claim_of("below"), with({lstm, adam}));
  CHECK(no_sgd.verdict == Verdict::not_run);
  CHECK(no_sgd.decisive().reason == "there are no results of sgd");
  CHECK(no_sgd.decisive().comparisons.size() == 1);  // what there is, is shown
  Curve partial = curve_around("sgd", 3);
  partial.complete = false;
  CHECK(judge(claim_of("below"), with({lstm, adam, partial})).decisive().reason ==
        "results of sgd are incomplete (40 seeds so far)");
  Claim late = claim_of("at_most");
  late.step = 2;
  CHECK(judge(late, with({lstm})).verdict == Verdict::not_run);
}

TEST_CASE("too few seeds give no verdict") {
  CHECK(judge(claim_of("at_most"), with({curve_around("lstm", 0.1, 4)})).verdict == Verdict::inconclusive);
  CHECK(judge(claim_of("at_most"), with({curve_around("lstm", 0.1, 1)})).verdict == Verdict::inconclusive);
  CHECK(judge(claim_of("at_most"), with({curve_around("lstm", 0.1, 7)})).verdict == Verdict::inconclusive);
  CHECK(judge(claim_of("at_most"), with({curve_around("lstm", 0.1, 8)})).verdict == Verdict::reproduced);
}

TEST_CASE("a mean is not judged by fewer problems than would show what happens on one in a hundred") {
  Claim claim = claim_of("at_most");
  claim.statistic = Statistic::mean;
  ReportInput input;
  input.claims = {claim};
  input.experiments = with({curve_around("lstm", 0.1, 500)});
  CHECK(judge(input).front().verdict == Verdict::inconclusive);
  CHECK_THAT(judge(input).front().reason,
             Catch::Contains("n too small: 500 problems cannot decide about a mean") &&
                 Catch::Contains("528 could (fewer about `statistic: median`)"));
  input.experiments = with({curve_around("lstm", 0.1, 528)});
  CHECK(judge(input).front().verdict == Verdict::reproduced);
}

TEST_CASE("an open claim says how many problems would decide it") {
  ReportInput input;
  input.claims = {claim_of("below")};
  input.claims.front().against = {"adam"};
  input.experiments = with({curve_around("lstm", 1.93, 16), curve_around("adam", 2, 16)});
  const ClaimVerdict verdict = judge(input).front();
  CHECK(verdict.verdict == Verdict::inconclusive);
  CHECK_THAT(verdict.reason, Catch::Matches(".*about [0-9]+ problems would decide an effect of this size.*"));
}

TEST_CASE("a diverged seed is one problem among others, and said") {
  Curve lstm = curve_around("lstm", 0.5);
  lstm.losses(0, 39, 1) = std::numeric_limits<float>::infinity();
  const auto experiments = with({lstm, curve_around("adam", 2), curve_around("sgd", 3)});
  CHECK(judge(claim_of("below"), experiments).verdict == Verdict::reproduced);
  CHECK(judge(claim_of("fails"), experiments).verdict == Verdict::contradicted);
  CHECK(judge(claim_of("at_most"), experiments).verdict == Verdict::reproduced);
  CHECK(judge(claim_of("fails"), experiments).decisive().notes.back() == "it diverged on 1 of 40 problems");
  for (const char* kind : {"below", "fails", "at_most"}) {
    Claim of_mean = claim_of(kind);  // which is infinite
    of_mean.statistic = Statistic::mean;
    CHECK((judge(of_mean, experiments).verdict == Verdict::reproduced) == (of_mean.kind == "fails"));
    CHECK(judge(of_mean, experiments).verdict != Verdict::inconclusive);
  }
}

TEST_CASE("problems on which both diverged count for neither side") {
  Curve adam = curve_around("adam", 2), lstm = curve_around("lstm", 1);
  adam.losses(0, 39, 1) = std::numeric_limits<float>::quiet_NaN();
  CHECK(judge(claim_of("below"), with({lstm, adam, curve_around("sgd", 3)})).verdict == Verdict::reproduced);
  lstm.losses(0, 39, 1) = std::numeric_limits<float>::quiet_NaN();
  CHECK(judge(claim_of("below"), with({lstm, adam, adam})).verdict == Verdict::not_run);
  for (std::size_t i = 0; i < 36; ++i) lstm.losses(0, i, 1) = adam.losses(0, i, 1) = std::nanf("");
  for (const char* kind : {"fails", "below"}) {
    Claim claim = claim_of(kind);
    claim.against = {"adam"};
    const ClaimVerdict verdict = judge(claim, with({lstm, adam}));
    CHECK(verdict.verdict == Verdict::inconclusive);
    CHECK(verdict.decisive().comparisons[0].wins.ties == 37);
    CHECK(verdict.decisive().comparisons[0].wins.below == 3);
  }
}

TEST_CASE("against a baseline of which no rate works nothing is decided, and a rate at the edge is said") {
  Curve adam = curve_around("adam", 2);
  adam.no_rate_works = true;
  for (const char* kind : {"below", "fails", "close", "ratio", "most_seeds"}) {
    Claim claim = claim_of(kind);
    claim.against = {"adam"};
    claim.share = 0.5;
    claim.ratio = 0.9;
    const ClaimVerdict verdict = judge(claim, with({curve_around("lstm", 1), adam}));
    CAPTURE(kind);
    CHECK(verdict.verdict == Verdict::inconclusive);
    CHECK(verdict.p_value > 0.01);
    CHECK_THAT(verdict.reason + fmt::format("{}", fmt::join(verdict.decisive().notes, "")),
               Catch::Contains("no rate of adam works"));
  }
  adam.no_rate_works = false;
  adam.edge_of_grid = true;
  Claim claim = claim_of("below");
  claim.against = {"adam"};
  const ClaimVerdict verdict = judge(claim, with({curve_around("lstm", 1), adam}));
  CHECK(verdict.verdict == Verdict::reproduced);
  CHECK_THAT(verdict.decisive().notes.front(), Catch::Contains("at the edge of what was tried"));
}

TEST_CASE("most_seeds: problems with equal losses count for neither side") {
  Curve bfgs = curve_around("lstm", 1, 16), l_bfgs = bfgs;
  l_bfgs.optimizer = l_bfgs.label = "adam";
  Claim claim = claim_of("most_seeds");
  claim.against = {"adam"};
  claim.share = 0.5;
  const ClaimVerdict equal = judge(claim, with({bfgs, l_bfgs}));
  CHECK(equal.verdict == Verdict::inconclusive);
  CHECK_THAT(equal.decisive().notes.front(),
             Catch::Contains("16 problems with equal losses count for neither side"));
  for (std::size_t i = 0; i < 16; ++i)
    l_bfgs.losses(0, i, 1) = std::nanf("");                                   // hot diverges on all of them,
  for (std::size_t i = 1; i < 16; ++i) bfgs.losses(0, i, 1) = std::nanf("");  // warm on all but one
  CHECK(judge(claim, with({bfgs, l_bfgs})).verdict == Verdict::inconclusive);
}

TEST_CASE("trainings are part of the doubt, and verdicts say what they speak of") {
  Curve lstm = curve_around("lstm", 1), adam = curve_around("adam", 1.2);
  lstm.learned = true;
  Claim claim = claim_of("below");
  claim.against = {"adam"};
  CHECK(judge(claim, with({lstm, adam})).verdict == Verdict::reproduced);
  CHECK(judge(claim, with({lstm, adam})).about == "of this φ");
  CHECK(judge(claim, with({adam, curve_around("lstm", 1)})).about.empty());
  // Five trainings whose losses are 0.7 to 1.3 times as large: one of them alone is not the method.
  const xt::xtensor<float, 3> one = lstm.losses;
  lstm.losses = xt::xtensor<float, 3>({5, one.shape(1), one.shape(2)});
  for (std::size_t r = 0; r < 5; ++r)
    for (std::size_t i = 0; i < one.shape(1); ++i)
      for (std::size_t t = 0; t < one.shape(2); ++t)
        lstm.losses(r, i, t) = one(0, i, t) * (0.7F + 0.15F * static_cast<float>(r));
  const ClaimVerdict method = judge(claim, with({lstm, adam}));
  CHECK(method.verdict == Verdict::inconclusive);
  CHECK(method.about == "of the method, 5 trainings");
  for (std::size_t r = 0; r < 5; ++r)
    for (std::size_t i = 0; i < one.shape(1); ++i) lstm.losses(r, i, 1) = one(0, i, 1);
  CHECK(judge(claim, with({lstm, adam})).verdict == Verdict::reproduced);  // trainings that agree
}

TEST_CASE("differences are paired by seed, whatever the order") {
  Curve lstm = curve_around("lstm", 1), adam = curve_around("adam", 1);
  for (std::size_t i = 0; i < lstm.seeds.size(); ++i) adam.losses(0, i, 1) = lstm.losses(0, i, 1) + 0.25F;
  std::swap(adam.seeds[0], adam.seeds[1]);
  std::swap(adam.losses(0, 0, 1), adam.losses(0, 1, 1));
  Claim claim = claim_of("below");
  claim.against = {"adam"};
  const Comparison other = judge(claim, with({lstm, adam})).decisive().comparisons.front();
  CHECK(other.difference.n == 40);
  CHECK(other.difference.mean == Approx(-0.25).margin(1e-6));
  CHECK(other.difference.interval.high - other.difference.interval.low < 1e-6);
}

TEST_CASE("a claim over several points holds only if it holds at every one") {
  std::vector<Curve> curves;
  for (const auto& [units, lstm] : {std::pair{"5", 1.0}, std::pair{"20", 4.0}}) {
    for (const auto& [name, mean] :
         {std::pair{"lstm", lstm}, std::pair{"adam", 2.0}, std::pair{"sgd", 3.0}}) {
      curves.push_back(curve_around(name, mean));
      curves.back().coordinates = {{"optimizee.hidden_units", units}};
    }
  }
  Claim claim = claim_of("below");
  const ClaimVerdict everywhere = judge(claim, with(curves));
  CHECK(everywhere.points.size() == 2);
  CHECK(everywhere.verdict == Verdict::contradicted);
  CHECK(everywhere.decisive().coordinates.at("optimizee.hidden_units") == "20");
  claim.where = {{"optimizee.hidden_units", "5"}};
  CHECK(judge(claim, with(curves)).verdict == Verdict::reproduced);
  claim.where = {{"optimizee.hidden_units", "5"}, {"optimizee", "f"}};
  CHECK(judge(claim, with(curves)).verdict == Verdict::reproduced);
  claim.where = {{"optimizee", "g"}};
  CHECK(judge(claim, with(curves)).verdict == Verdict::not_run);
}

TEST_CASE("claims.csv has one record per claim, comparisons.csv one per other optimizer") {
  Curve lstm = curve_around("lstm", 1, 8), sgd = curve_around("sgd", 3, 8);
  for (std::size_t i = 0; i < 8; ++i) lstm.losses(0, i, 1) = 0.5F, sgd.losses(0, i, 1) = 0.75F;
  Claim below = claim_of("below"), most = claim_of("at_most");
  below.against = {"sgd"};
  below.paper_value = 0.25;
  below.statement = "LSTM, at step 1, is below SGD";
  most.id = "m";
  most.experiment = "none";
  ReportInput input;
  input.experiments = with({lstm, sgd});
  input.claims = {below, most};
  CHECK(claims_csv(judge(input)) ==
        "id,verdict,kind,experiment,where,optimizer,against,first_step,step,threshold,confidence,"
        "minimum_effect,statistic,about,n,diverged,mean,ci_low,ci_high,median,effect_of,effect,effect_low,"
        "effect_high,p_value,p_holm,"
        "paper_value,figure,reason,statement,source\r\n"
        "c,reproduced,below,e,,lstm,sgd,1,1,,0.99,0,geometric mean,,8,0,0.5,0.5,0.5,0.5,loss / that of sgd "
        "(geometric mean),0.6666666666666666,"
        "0.6666666666666666,0.6666666666666666,0.0078125,0.0078125,0.25,,its loss is below that of "
        "sgd,\"LSTM, at step 1, is "
        "below SGD\",\r\n"
        "m,not run,at_most,none,,lstm,,1,1,1,0.99,0,median,,0,0,,,,,,,,,,,,,there are no results of "
        "lstm,,\r\n");
  CHECK(comparisons_csv(judge(input)) ==
        "id,optimizee,coordinates,optimizer,against,step,confidence,mean,ci_low,ci_high,median,difference,"
        "difference_low,"
        "difference_high,ratio_of,ratio,ratio_low,ratio_high,below,above,ties,pairs\r\n"
        "c,f,,lstm,sgd,1,0.99,0.75,0.75,0.75,0.75,-0.25,-0.25,-0.25,loss / that of sgd (geometric "
        "mean),0.6666666666666666,0.6666666666666666,0.6666666666666666,8,0,0,8\r\n");
}
