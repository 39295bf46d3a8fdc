// How often verdicts are wrong, and how often they see what is there: the judging code on simulated runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/statistics/summary.hpp"

namespace l2l::reports {

/// Reports of one kind of claim on runs drawn from one law.
struct ClaimsTestRow {
  std::string claim;          ///< "below", "at_most (median)", ...
  std::string law;            ///< "normal", "rare large losses", ...
  std::size_t problems = 0;   ///< n
  std::size_t claims = 1;     ///< in a report, each on problems of its own
  std::size_t trainings = 1;  ///< of the claim's optimizer
  double effect = 0;  ///< share by which its losses are on the claimed side; 0: nothing is there to decide
  std::size_t reports = 0;
  std::size_t decided =
      0;  ///< reports with a decision: wrong ones where nothing is there; else right ones of the first claim

  double rate() const { return static_cast<double>(decided) / static_cast<double>(reports); }
  Interval interval() const;  ///< of the rate, Clopper and Pearson at 99 %
};

struct ClaimsTestSettings {
  std::size_t reports = 200;  ///< of the most claims; of fewer claims there are as many more
  std::uint64_t seed = 1;
  std::vector<std::size_t> problems = {5, 8, 12, 16, 32, 64, 256};
  std::vector<std::size_t> trainings = {1, 3, 5, 10};
  std::vector<std::size_t> claims = {1, 4, 14, 40};
  std::vector<double> effects = {0.02, 0.05, 0.1, 0.2};
};

/// Kinds of claims x laws of losses x problems x trainings x claims, where nothing is there to decide (the
/// two optimizers have the same law, or the number compared with is the true one), then, for one claim, x
/// effects. Where there are several trainings, each has an effect of its own on all its losses (10 %, and 5 %
/// on each). Same rows for the same settings, on every machine and number of threads.
///   normal             losses N(1, 0.2)
///   lognormal          exp N(0, 0.5)
///   exponential        Exp(1)
///   rare large losses  exp N(0, 0.2), 1 % of them 100 times as large
///   ties               half of the losses of the two are equal; of a level: rounded to one digit
///   two clusters       exp N(0, 0.05), half of the problems have 4 times the loss
///   real pairs         the ratio is drawn from recorded ones, which are skewed
/// and every problem has a scale of its own, exp N(0, 1), that both optimizers share.
std::vector<ClaimsTestRow> claims_self_test(const ClaimsTestSettings& settings);

/// Rows that decide wrongly more often than promised: the interval of the rate is above 1 - confidence.
std::vector<ClaimsTestRow> broken_promises(const std::vector<ClaimsTestRow>& rows);

std::string claims_self_test_csv(const std::vector<ClaimsTestRow>& rows);

/// The source of measured_rates.hpp.
std::string claims_rates_source(const std::vector<ClaimsTestRow>& rows);

/// Wrong decisions by n and number of claims, by kind of claim and by law, and the power of `below`.
std::string claims_self_test_markdown(const std::vector<ClaimsTestRow>& rows);

}  // namespace l2l::reports
