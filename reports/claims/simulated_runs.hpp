// Made-up runs of which it is known what claims about them are worth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/results/questions.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

enum class Law { normal, lognormal, exponential, rare, ties, clusters, real };
inline constexpr Law kLaws[] = {Law::normal, Law::lognormal, Law::exponential, Law::rare,
                                Law::ties,   Law::clusters,  Law::real};
const char* to_string(Law law);

/// A claim as self-tests judge it.
struct TestedClaim {
  std::string kind;
  std::optional<Statistic> statistic;
};
std::string name_of(const TestedClaim& tested);
const std::vector<TestedClaim>& tested_claims();

/// The confidence of every simulated claim.
inline constexpr double kTestedConfidence = 0.99;

struct Simulation {
  TestedClaim claim;
  Law law = Law::normal;
  std::size_t problems = 5, trainings = 1;
  double effect = 0;  ///< share by which the losses are on the claimed side of where nothing can be decided
};

/// A claim and the curves that it is about; the same for the same arguments.
struct SimulatedClaim {
  Claim claim;
  std::vector<Experiment> experiments;
};
SimulatedClaim simulate(const Simulation& simulation, std::uint64_t seed, std::uint64_t index);

}  // namespace l2l::reports
