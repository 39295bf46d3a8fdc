#include "reports/gate/speed.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/random.hpp"
#include "reports/statistics/limits.hpp"
#include "reports/statistics/paired_tests.hpp"
#include "reports/statistics/summary.hpp"

namespace l2l::reports {
namespace {

constexpr int kSpeedResamples = 500;

std::vector<double> log_ratios(const std::vector<double>& baseline, const std::vector<double>& candidate) {
  L2L_CHECK(baseline.size() == candidate.size(), "{} {}", baseline.size(), candidate.size());
  std::vector<double> ratios;
  for (std::size_t i = 0; i < baseline.size(); ++i) ratios.push_back(std::log(candidate[i] / baseline[i]));
  return ratios;
}

/// 95 % percentile bootstrap of the pseudo-median, as a relative change.
Interval bootstrap_interval(const std::vector<double>& ratios) {
  if (ratios.size() < 2) return {kNaN, kNaN};
  const RandomStream stream(seed_from("bootstrap of a slowdown"));
  std::vector<double> estimates, drawn(ratios.size());
  std::uint64_t at = 0;
  for (int r = 0; r < kSpeedResamples; ++r) {
    for (double& value : drawn) value = ratios[stream.below(at++, ratios.size())];
    estimates.push_back(pseudo_median(drawn));
  }
  const Interval logarithmic = percentile_interval(estimates, kReportConfidence);
  return {std::expm1(logarithmic.low), std::expm1(logarithmic.high)};
}

GateCheck check_of(const SpeedSeries& series, const SpeedTest& test, const SpeedSettings& settings) {
  GateCheck check;
  check.subject = series.name;
  check.metric = "time";
  check.pairs = series.baseline.size();
  check.effect = test.effect;
  check.interval = {kNaN, kNaN};
  if (settings.intervals) check.interval = bootstrap_interval(log_ratios(series.baseline, series.candidate));
  check.minimum = settings.minimum;
  check.p = test.p;
  return check;
}

/// Names of those that are slower in the sense of the gate.
std::vector<bool> slower(const std::vector<SpeedTest>& tests, const SpeedSettings& settings,
                         std::vector<double>& q) {
  std::vector<double> p;
  for (const SpeedTest& test : tests) p.push_back(test.p);
  q = benjamini_hochberg(p);
  std::vector<bool> found;
  for (std::size_t i = 0; i < tests.size(); ++i)
    found.push_back(q[i] <= settings.false_alarms && tests[i].effect >= settings.minimum);
  return found;
}

void add_instructions(const std::vector<InstructionCount>& counts, double minimum, GateOutcome& outcome) {
  for (const InstructionCount& count : counts) {
    GateCheck check;
    check.subject = count.name;
    check.metric = "instructions";
    check.pairs = 1;
    check.minimum = minimum;
    check.effect = count.candidate / count.baseline - 1;
    check.interval = {kNaN, kNaN};
    check.reason = fmt::format("{:.0f} -> {:.0f}, setting up included", count.baseline, count.candidate);
    check.p = check.q = kNaN;  // counted, not sampled
    if (check.effect >= minimum) check.status = CheckStatus::regression;
    if (check.effect <= -minimum) check.status = CheckStatus::improved;
    outcome.checks.push_back(std::move(check));
  }
}

}  // namespace

double pseudo_median(std::vector<double> values) {
  if (values.empty()) return kNaN;
  std::vector<double> means;
  means.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i; j < values.size(); ++j) means.push_back(0.5 * (values[i] + values[j]));
  return median(std::move(means));
}

SpeedTest test_slower(const std::vector<double>& baseline, const std::vector<double>& candidate) {
  const std::vector<double> ratios = log_ratios(baseline, candidate);
  return {std::expm1(pseudo_median(ratios)), signed_rank_p(ratios)};
}

GateOutcome compare_speed(const std::vector<SpeedSeries>& series, const std::vector<InstructionCount>& counts,
                          const SpeedSettings& settings) {
  GateOutcome outcome;
  outcome.title = "Speed";
  std::vector<SpeedTest> tests, faster, control, control_back;
  for (const SpeedSeries& one : series) {
    tests.push_back(test_slower(one.baseline, one.candidate));
    faster.push_back(test_slower(one.candidate, one.baseline));
    control.push_back(test_slower(one.baseline, one.control));
    control_back.push_back(test_slower(one.control, one.baseline));
  }
  std::vector<double> q, unused;
  const std::vector<bool> regressed = slower(tests, settings, q), improved = slower(faster, settings, unused);
  const std::vector<bool> noisy = slower(control, settings, unused);
  const std::vector<bool> noisy_back = slower(control_back, settings, unused);
  std::size_t alarms = 0, blind = 0, regressions = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    GateCheck check = check_of(series[i], tests[i], settings);
    check.q = q[i];
    // Decided by the number of rounds alone.
    const bool hopeless =
        smallest_signed_rank_p(check.pairs) * static_cast<double>(series.size()) > settings.false_alarms;
    if (hopeless) {
      check.status = CheckStatus::untested;
      check.reason = fmt::format("{} rounds can prove nothing", check.pairs);
    } else if (noisy[i] || noisy_back[i]) {
      ++alarms;
      check.status = CheckStatus::undecided;
      check.reason = fmt::format("A against A differs by {:+.1f} %", 100 * control[i].effect);
    } else if (regressed[i]) {
      ++regressions;
      check.status = CheckStatus::regression;
    } else if (improved[i]) {
      check.status = CheckStatus::improved;
    } else if (check.interval.high > 2 * settings.minimum) {
      ++blind;
      check.status = CheckStatus::undecided;
      check.reason = "the interval does not exclude a slowdown of twice the minimum";
    }
    outcome.checks.push_back(std::move(check));
  }
  if (alarms > 0) {  // what else the session says about times is not to be believed either
    for (GateCheck& check : outcome.checks)
      if (check.status == CheckStatus::regression) check.status = CheckStatus::undecided;
    regressions = 0;
  }
  // Of times: counts of instructions, which are always compared, are no substitute.
  const bool all_untested =
      std::all_of(outcome.checks.begin(), outcome.checks.end(),
                  [](const GateCheck& check) { return check.status == CheckStatus::untested; });
  add_instructions(counts, settings.minimum, outcome);
  std::size_t more_instructions = 0;
  for (const GateCheck& check : outcome.checks)
    more_instructions += check.metric == "instructions" && check.status == CheckStatus::regression;
  auto& reasons = outcome.reasons;
  if (regressions > 0)
    reasons.push_back(fmt::format("{} of {} benchmarks are slower", regressions, series.size()));
  if (more_instructions > 0)
    reasons.push_back(
        fmt::format("{} of {} benchmarks execute more instructions", more_instructions, counts.size()));
  bool inconclusive = false;
  if (series.empty()) {
    reasons.push_back("nothing was compared: no benchmark is in both");
    inconclusive = true;
  } else if (all_untested) {
    reasons.push_back("too few rounds to find anything");
    inconclusive = true;
  } else if (alarms > 0) {
    reasons.push_back(fmt::format("machine too noisy: A against A would have raised {} alarms", alarms));
    inconclusive = true;
  } else if (2 * blind > series.size()) {
    reasons.push_back(
        fmt::format("machine too noisy: in {} of {} benchmarks a slowdown of {:g} % is not excluded", blind,
                    series.size(), 200 * settings.minimum));
    inconclusive = true;
  }
  outcome.verdict = regressions + more_instructions > 0 ? GateVerdict::regression
                    : inconclusive                      ? GateVerdict::inconclusive
                                                        : GateVerdict::passed;
  if (reasons.empty()) reasons.push_back(fmt::format("none of {} benchmarks is slower", series.size()));
  return outcome;
}

}  // namespace l2l::reports
