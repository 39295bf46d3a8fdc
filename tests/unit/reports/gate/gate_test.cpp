#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "core/json.hpp"
#include "core/random.hpp"
#include "reports/gate/gate.hpp"
#include "reports/gate/self_test.hpp"
#include "reports/gate/speed.hpp"
#include "reports/results/results.hpp"

using namespace l2l;
using namespace l2l::reports;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Losses that fall from 1 by a twentieth a step, times a factor a seed.
Curve curve_of(std::size_t seeds, double factor, double noise = 0.01) {
  Curve curve;
  curve.experiment = curve.optimizee = "quadratics";
  curve.optimizer = "adam";
  curve.horizon = 40;
  const RandomStream stream(seed_from("gate test"), static_cast<std::uint64_t>(factor * 1e6));
  curve.losses = xt::xtensor<float, 3>({1, seeds, 41});
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    curve.seeds.push_back(seed);
    const double scale = factor * std::exp(noise * stream.normal(seed));
    for (int t = 0; t <= curve.horizon; ++t)
      curve.losses(0, seed, t) = static_cast<float>(scale * std::exp(-0.05 * t));
  }
  return curve;
}

GateRun run_of(const Curve& curve, const std::string& digest) {
  GateCell cell;
  cell.experiment = curve.experiment;
  cell.optimizee = curve.optimizee;
  cell.optimizer = curve.optimizer;
  cell.horizon = curve.horizon;
  cell.problem = "problem";
  cell.jobs["key"] = digest;
  fill_metrics(curve, cell);
  GateRun run;
  run.name = digest;
  run.cells.push_back(cell);
  run.claims["claim"] = "reproduced";
  return run;
}

const GateCheck& check_named(const GateOutcome& outcome, const std::string& metric) {
  for (const GateCheck& check : outcome.checks)
    if (check.metric == metric) return check;
  FAIL("no " << metric);
  throw;
}

GateOutcome compare(const Curve& before, const Curve& after) {
  return compare_runs(run_of(before, "before"), run_of(after, "after"));
}

std::vector<double> times(std::uint64_t stream, double factor, int rounds = 24, double noise = 0.01) {
  std::vector<double> all;
  const RandomStream random(seed_from("speed test"), stream);
  for (int i = 0; i < rounds; ++i)
    all.push_back(factor * std::exp(noise * random.normal(static_cast<std::uint64_t>(i))));
  return all;
}

}  // namespace

TEST_CASE("metrics of a cell follow their definitions") {
  Curve curve = curve_of(3, 1, 0);
  curve.losses(0, 2, 30) = kInfinity;  // seed 2 diverges at step 30
  GateCell cell;
  fill_metrics(curve, cell);
  CHECK(cell.final_loss[0] == Approx(std::exp(-2.0)));
  double mean = 0;
  for (int t = 1; t <= 40; ++t) mean += std::exp(-0.05 * t) / 40;
  CHECK(cell.mean_loss[1] == Approx(mean));
  CHECK(cell.target == Approx(std::exp(-1.0)));  // half way
  CHECK(cell.steps_to_target == std::vector<int>{20, 20, 20});
  CHECK(cell.final_loss[2] == kInfinity);
  CHECK(cell.mean_loss[2] == kInfinity);
  CHECK(steps_to(cell.losses, 1e-3) == std::vector<int>{41, 41, 41});
}

TEST_CASE("the same bits are nothing changed") {
  const GateRun run = run_of(curve_of(64, 1), "same");
  const GateOutcome outcome = compare_runs(run, run);
  CHECK(outcome.verdict == GateVerdict::passed);
  CHECK(outcome.changed == "nothing");
  CHECK(outcome.checks.empty());
}

TEST_CASE("other digests of the same numbers are bits, small changes are numbers") {
  const GateOutcome bits = compare(curve_of(64, 1), curve_of(64, 1));
  CHECK(bits.verdict == GateVerdict::passed);
  CHECK(bits.changed == "bits");
  const GateOutcome numbers = compare(curve_of(64, 1), curve_of(64, 1.001));
  CHECK(numbers.verdict == GateVerdict::passed);
  CHECK(numbers.changed == "numbers");
}

TEST_CASE("a loss of five per cent is a regression, the same gain an improvement, half a per cent neither") {
  const GateOutcome worse = compare(curve_of(64, 1), curve_of(64, 1.05));
  CHECK(worse.verdict == GateVerdict::regression);
  CHECK(worse.changed == "conclusions");
  CHECK(check_named(worse, "final loss").status == CheckStatus::regression);
  CHECK(check_named(worse, "final loss").effect == Approx(0.05).margin(0.01));
  CHECK(check_named(worse, "final loss").interval.low > 0.03);
  const GateOutcome better = compare(curve_of(64, 1.05), curve_of(64, 1));
  CHECK(better.verdict == GateVerdict::passed);
  CHECK(check_named(better, "final loss").status == CheckStatus::improved);
  const GateOutcome small = compare(curve_of(64, 1, 0.001), curve_of(64, 1.005, 0.001));
  CHECK(small.verdict == GateVerdict::passed);
  CHECK(check_named(small, "final loss").p < 1e-6);  // sure, and too small to matter
}

TEST_CASE("where phi was trained anew more has to change") {
  GateRun before = run_of(curve_of(64, 1), "before"), after = run_of(curve_of(64, 1.05), "after");
  before.cells[0].phi = "one";
  after.cells[0].phi = "another";
  CHECK(compare_runs(before, after).verdict == GateVerdict::passed);
  after = run_of(curve_of(64, 1.2), "after");
  after.cells[0].phi = "another";
  CHECK(compare_runs(before, after).verdict == GateVerdict::regression);
}

TEST_CASE("new divergences are a regression by themselves") {
  Curve after = curve_of(64, 1);
  for (std::size_t seed = 0; seed < 14; ++seed) after.losses(0, seed, 40) = kInfinity;
  const GateOutcome outcome = compare(curve_of(64, 1), after);
  CHECK(outcome.verdict == GateVerdict::regression);
  const GateCheck& diverged = check_named(outcome, "diverged share");
  CHECK(diverged.status == CheckStatus::regression);
  CHECK(diverged.effect == Approx(14.0 / 64));
}

TEST_CASE("nothing compared is never green") {
  const GateRun run = run_of(curve_of(64, 1), "before");
  GateRun empty = run;
  empty.cells.clear();
  CHECK(compare_runs(run, empty).verdict == GateVerdict::inconclusive);
  CHECK(compare_runs(empty, run).verdict == GateVerdict::inconclusive);
  CHECK(compare_runs(empty, empty).verdict == GateVerdict::inconclusive);
  GateRun other_problem = run_of(curve_of(64, 1), "after");
  other_problem.cells[0].problem = "another";
  CHECK(compare_runs(run, other_problem).verdict == GateVerdict::inconclusive);
  GateRun incomplete = run;
  incomplete.cells[0].complete = false;
  CHECK(compare_runs(run, incomplete).verdict == GateVerdict::inconclusive);
  CHECK(compare_runs(run_of(curve_of(64, 1), "before"), run_of(curve_of(32, 1), "after")).verdict ==
        GateVerdict::inconclusive);
  const GateOutcome few = compare(curve_of(6, 1), curve_of(6, 1.5));
  CHECK(few.verdict == GateVerdict::inconclusive);
  CHECK(few.checks.front().status == CheckStatus::untested);
}

TEST_CASE("a claim that turns around is a regression, one that is no longer decided is told") {
  const GateRun before = run_of(curve_of(64, 1), "same");
  GateRun after = before;
  after.claims["claim"] = "inconclusive";
  const GateOutcome undecided = compare_runs(before, after);
  CHECK(undecided.verdict == GateVerdict::passed);
  CHECK(undecided.changed == "conclusions");
  CHECK(undecided.notes.size() == 1);
  after.claims["claim"] = "contradicted";
  CHECK(compare_runs(before, after).verdict == GateVerdict::regression);
  after.claims.clear();
  CHECK(compare_runs(before, after).verdict == GateVerdict::inconclusive);
}

TEST_CASE("every form of an outcome says the verdict") {
  const GateOutcome outcome = compare(curve_of(64, 1), curve_of(64, 1.05));
  CHECK_THAT(gate_markdown(outcome), Catch::StartsWith("# Quality: regression\n"));
  const auto json = nlohmann::json::parse(gate_json(outcome));
  CHECK(json["exit_code"] == 1);
  CHECK(json["checks"].size() == 4);
  CHECK_THAT(gate_github(outcome),
             Catch::Contains("::error title=quadratics / adam%2C horizon 40%3A final loss::"));
  CHECK_THAT(gate_junit(outcome), Catch::Contains("<failure message=\"+5."));
  GateOutcome nothing;
  nothing.title = "Quality";
  nothing.reasons = {"a < b & \"c\""};
  CHECK_THAT(gate_junit(nothing), Catch::Contains("tests=\"1\" failures=\"1\"") &&
                                      Catch::Contains("a &lt; b &amp; &quot;c&quot;"));
  CHECK_THAT(gate_github(nothing), Catch::StartsWith("::error title=Quality gate::inconclusive"));
  GateOutcome open = outcome;
  for (GateCheck& check : open.checks) check.status = CheckStatus::undecided;
  CHECK_THAT(gate_github(open),
             Catch::Contains("::warning title=quadratics / adam") && Catch::Contains(" undecided::"));
  CHECK_THAT(gate_junit(open), Catch::Contains("<skipped message=\"undecided"));
}

TEST_CASE("names of runs cannot break an outcome's Markdown or XML") {
  GateOutcome outcome;
  outcome.title = "Quality";
  outcome.candidate = "a`b`<i>|";
  outcome.reasons = {"bell \a, no character \xff, no XML \xef\xbf\xbe, a letter \xc3\xa9"};
  CHECK_THAT(gate_markdown(outcome), !Catch::Contains("`b`") && !Catch::Contains("<i>"));
  CHECK_THAT(gate_junit(outcome),
             Catch::Contains("bell  , no character \xef\xbf\xbd, no XML \xef\xbf\xbd, a letter \xc3\xa9"));
}

TEST_CASE("a slower benchmark is found, a faster one told, an equal one let through") {
  const auto verdict = [](double factor) {
    return compare_speed({{"kernel", times(1, 1), times(2, 1), times(3, factor)}}, {}, {});
  };
  CHECK(verdict(1).verdict == GateVerdict::passed);
  CHECK(verdict(1.02).verdict == GateVerdict::passed);
  CHECK(verdict(1.06).verdict == GateVerdict::regression);
  CHECK(verdict(1.06).checks[0].effect == Approx(0.06).margin(0.01));
  CHECK(verdict(0.9).checks[0].status == CheckStatus::improved);
}

TEST_CASE("where A against A would raise an alarm there is no regression") {
  const GateOutcome outcome = compare_speed({{"kernel", times(1, 1), times(2, 1.1), times(3, 1.2)},
                                             {"other", times(4, 1), times(5, 1), times(6, 1.2)}},
                                            {}, {});
  CHECK(outcome.verdict == GateVerdict::inconclusive);
  CHECK_THAT(outcome.reasons.front(), Catch::Contains("machine too noisy"));
  for (const GateCheck& check : outcome.checks) CHECK(check.status == CheckStatus::undecided);
}

TEST_CASE("a machine too noisy to see a slowdown, too few rounds and no benchmark are inconclusive") {
  CHECK(compare_speed({{"kernel", times(1, 1, 24, 0.3), times(2, 1, 24, 0.3), times(3, 1, 24, 0.3)}}, {}, {})
            .verdict == GateVerdict::inconclusive);
  CHECK(compare_speed({{"kernel", times(1, 1, 5), times(2, 1, 5), times(3, 2, 5)}}, {}, {}).verdict ==
        GateVerdict::inconclusive);
  CHECK(
      compare_speed({{"kernel", times(1, 1, 5), times(2, 1, 5), times(3, 2, 5)}}, {{"kernel", 1e6, 1e6}}, {})
          .verdict == GateVerdict::inconclusive);  // equal counts are no times that were compared
  CHECK(compare_speed({}, {}, {}).verdict == GateVerdict::inconclusive);
}

TEST_CASE("instructions are a witness that noise cannot move") {
  const std::vector<SpeedSeries> noisy = {{"kernel", times(1, 1), times(2, 1.1), times(3, 1)}};
  CHECK(compare_speed(noisy, {{"kernel", 1e6, 1.1e6}}, {}).verdict == GateVerdict::regression);
  CHECK(compare_speed(noisy, {{"kernel", 1e6, 1.001e6}}, {}).verdict == GateVerdict::inconclusive);
}
