#include "reports/claims/self_test.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "reports/claims/claims.hpp"
#include "reports/claims/simulated_runs.hpp"
#include "reports/statistics/distributions.hpp"

namespace l2l::reports {
namespace {

/// Claims of most_points are wrong only where they are found right: that one of three points is not more than
/// one is no mistake.
bool is_wrong(const ClaimVerdict& verdict) {
  return verdict.verdict == Verdict::reproduced ||
         (verdict.verdict == Verdict::contradicted && verdict.claim.kind != "most_points");
}

std::vector<ClaimVerdict> judge_simulated(const Simulation& simulation, std::size_t count,
                                          std::uint64_t seed) {
  std::vector<ClaimVerdict> verdicts(count);
  parallel_for(count, [&](std::size_t i) {
    const SimulatedClaim simulated = simulate(simulation, seed, i);
    verdicts[i] = judge(simulated.claim, simulated.experiments);
  });
  return verdicts;
}

std::uint64_t seed_of(const Simulation& simulation, std::uint64_t seed) {
  return seed_from(fmt::format("claims {} {} {} {} {} {}", seed, name_of(simulation.claim),
                               to_string(simulation.law), simulation.problems, simulation.trainings,
                               simulation.effect));
}

ClaimsTestRow row_of(const Simulation& simulation) {
  ClaimsTestRow row;
  row.claim = name_of(simulation.claim);
  row.law = to_string(simulation.law);
  row.problems = simulation.problems;
  row.trainings = simulation.trainings;
  row.effect = simulation.effect;
  return row;
}

/// Reports of each number of claims, all of the same verdicts.
void add_wrong_decisions(const ClaimsTestSettings& settings, const Simulation& simulation,
                         std::vector<ClaimsTestRow>& rows) {
  const std::size_t most = *std::max_element(settings.claims.begin(), settings.claims.end());
  const auto verdicts =
      judge_simulated(simulation, most * settings.reports, seed_of(simulation, settings.seed));
  for (const std::size_t claims : settings.claims) {
    ClaimsTestRow row = row_of(simulation);
    row.claims = claims;
    for (std::size_t first = 0; first + claims <= verdicts.size(); first += claims) {
      const auto begin = verdicts.begin() + static_cast<std::ptrdiff_t>(first);
      std::vector<ClaimVerdict> report(begin, begin + static_cast<std::ptrdiff_t>(claims));
      correct_for_many(report);
      ++row.reports;
      row.decided += std::any_of(report.begin(), report.end(), is_wrong) ? 1 : 0;
    }
    rows.push_back(std::move(row));
  }
}

void add_power(const ClaimsTestSettings& settings, Simulation simulation, std::vector<ClaimsTestRow>& rows) {
  for (const double effect : settings.effects) {
    simulation.effect = effect;
    ClaimsTestRow row = row_of(simulation);
    const auto verdicts =
        judge_simulated(simulation, 2 * settings.reports, seed_of(simulation, settings.seed));
    row.reports = verdicts.size();
    row.decided = static_cast<std::size_t>(
        std::count_if(verdicts.begin(), verdicts.end(),
                      [](const ClaimVerdict& verdict) { return verdict.verdict == Verdict::reproduced; }));
    rows.push_back(std::move(row));
  }
}

}  // namespace

Interval ClaimsTestRow::interval() const {
  return binomial_interval(static_cast<double>(decided), static_cast<double>(reports), 0.01);
}

std::vector<ClaimsTestRow> claims_self_test(const ClaimsTestSettings& settings) {
  std::vector<ClaimsTestRow> rows;
  for (const TestedClaim& claim : tested_claims()) {
    for (const Law law : kLaws) {
      for (const std::size_t problems : settings.problems) {
        for (const std::size_t trainings : settings.trainings) {
          const Simulation simulation{claim, law, problems, trainings, 0};
          add_wrong_decisions(settings, simulation, rows);
          add_power(settings, simulation, rows);
        }
      }
    }
  }
  return rows;
}

}  // namespace l2l::reports
