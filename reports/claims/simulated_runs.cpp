#include "reports/claims/simulated_runs.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/random.hpp"
#include "reports/claims/contrast.hpp"
#include "reports/claims/recorded_pairs.hpp"

namespace l2l::reports {
namespace {

constexpr double kTrainingSpread = 0.1, kSpreadWithin = 0.05;
constexpr double kRare = 0.01, kRareFactor = 100, kCluster = 4;

/// Random numbers one after the other.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t stream) : stream_(seed, stream) {}
  double uniform() { return stream_.uniform(at_++); }
  double normal() {
    const double value = stream_.normal(at_);
    at_ += 2;  // its partner would not be independent of a uniform in between
    return value;
  }

 private:
  RandomStream stream_;
  std::uint64_t at_ = 0;
};

double loss_of(Law law, Draws& draws) {
  switch (law) {
    case Law::normal:
      return std::max(0.05, 1 + 0.2 * draws.normal());
    case Law::lognormal:
      return std::exp(0.5 * draws.normal());
    case Law::exponential:
      return -std::log1p(-draws.uniform());
    case Law::rare: {
      const double factor = draws.uniform() < kRare ? kRareFactor : 1;
      return factor * std::exp(0.2 * draws.normal());
    }
    case Law::ties:
      return std::max(0.1, std::round(10 * (1 + 0.2 * draws.normal())) / 10);
    case Law::clusters: {
      const double factor = draws.uniform() < 0.5 ? kCluster : 1;
      return factor * std::exp(0.05 * draws.normal());
    }
    case Law::real: {
      const auto recorded = recorded_log_ratios();
      return std::exp(
          recorded[static_cast<std::size_t>(draws.uniform() * static_cast<double>(recorded.size()))]);
    }
  }
  return 1;
}

double mean_of(Law law) {
  switch (law) {
    case Law::normal:
    case Law::ties:
    case Law::exponential:
      return 1;
    case Law::lognormal:
      return std::exp(0.125);
    case Law::rare:
      return std::exp(0.02) * (1 + kRare * (kRareFactor - 1));
    case Law::clusters:
      return std::exp(0.00125) * (1 + kCluster) / 2;
    case Law::real: {
      double sum = 0;
      for (const float value : recorded_log_ratios()) sum += std::exp(static_cast<double>(value));
      return sum / static_cast<double>(recorded_log_ratios().size());
    }
  }
  return 1;
}

/// Half of the losses are below it (of ties: no more than half are below or above it).
double median_of(Law law) {
  switch (law) {
    case Law::exponential:
      return std::numbers::ln2;
    case Law::rare:  // of the usual losses the quantile 0.5 / 0.99
      return std::exp(0.2 * 0.012661);
    case Law::clusters:
      return 2;  // between the two
    case Law::real: {
      const auto recorded = recorded_log_ratios();
      const std::size_t middle = recorded.size() / 2;
      return std::exp(0.5 *
                      (static_cast<double>(recorded[middle - 1]) + static_cast<double>(recorded[middle])));
    }
    default:
      return 1;
  }
}

/// A pair of losses without a difference; recorded ones have none in the mean of the logarithm of their
/// ratio.
std::pair<double, double> pair_of(Law law, Draws& draws) {
  const double scale = std::exp(draws.normal());
  if (law == Law::real) return {scale * loss_of(law, draws), scale};
  const double own = loss_of(law, draws);
  if (law == Law::ties && draws.uniform() < 0.5) return {scale * own, scale * own};
  return {scale * own, scale * loss_of(law, draws)};
}

Curve curve_of(const std::string& optimizer, const Simulation& simulation, std::size_t trainings,
               bool learned) {
  Curve curve;
  curve.experiment = std::string("e");
  curve.optimizee = std::string("f");
  curve.optimizer = curve.label = optimizer;
  curve.learned = learned;
  curve.horizon = 1;
  for (std::size_t i = 0; i < simulation.problems; ++i) curve.seeds.push_back(i);
  curve.losses = xt::zeros<float>({trainings, simulation.problems, std::size_t{2}});
  return curve;
}

/// Factors of every training on every problem: of mean 1 or of geometric mean 1.
class Trainings {
 public:
  Trainings(const Simulation& simulation, bool of_levels, Draws& draws)
      : spread_(simulation.trainings > 1), of_levels_(of_levels), draws_(draws) {
    for (std::size_t r = 0; r < simulation.trainings; ++r)
      effects_.push_back(spread_ ? kTrainingSpread * draws_.normal() : 0);
  }
  double factor(std::size_t r) {
    if (!spread_) return 1;
    const double effect = effects_[r] + kSpreadWithin * draws_.normal();
    return of_levels_ ? std::max(0.05, 1 + effect) : std::exp(effect);
  }

 private:
  bool spread_, of_levels_;
  Draws& draws_;
  std::vector<double> effects_;
};

bool is_level(const std::string& kind) {
  return kind == "at_most" || kind == "at_least" || kind == "within";
}

/// The factor on the own losses at which a claim is neither right nor wrong.
double neutral_factor(const Claim& claim) {
  if (claim.kind == "close") return 1 + claim.margin;
  return claim.kind == "ratio" ? claim.ratio : 1;
}

/// What recorded pairs have to be divided by for there to be no difference in what the claim speaks of.
double centre_of_real_pairs(const TestedClaim& tested) {
  Claim claim;
  claim.kind = tested.kind;
  claim.statistic = tested.statistic;
  if (claim.kind == "most_seeds" || statistic_of(claim) == Statistic::median) return median_of(Law::real);
  return statistic_of(claim) == Statistic::mean ? mean_of(Law::real) : 1;
}

/// Own and other losses without a difference but for `factor`, at step 1; the other ones at step 0 of the own
/// curve.
std::vector<Curve> pair_of_curves(const Simulation& simulation, double factor, Draws& draws) {
  Trainings trainings(simulation, simulation.claim.statistic == Statistic::mean, draws);
  Curve own = curve_of("own", simulation, simulation.trainings, true),
        other = curve_of("other", simulation, 1, false);
  for (std::size_t i = 0; i < simulation.problems; ++i) {
    auto [a, b] = pair_of(simulation.law, draws);
    if (simulation.law == Law::real) b *= centre_of_real_pairs(simulation.claim);
    other.losses(0, i, 1) = static_cast<float>(b);
    for (std::size_t r = 0; r < simulation.trainings; ++r) {
      own.losses(r, i, 0) = static_cast<float>(b);
      own.losses(r, i, 1) = static_cast<float>(a * trainings.factor(r) * factor);
      if (simulation.trainings == 1 && factor == 1 && a == b) own.losses(r, i, 1) = other.losses(0, i, 1);
    }
  }
  return {std::move(own), std::move(other)};
}

Curve level_curve(const Simulation& simulation, double factor, Draws& draws) {
  Trainings trainings(simulation, true, draws);
  Curve own = curve_of("own", simulation, simulation.trainings, true);
  for (std::size_t i = 0; i < simulation.problems; ++i) {
    const double loss = loss_of(simulation.law, draws);
    for (std::size_t r = 0; r < simulation.trainings; ++r)
      own.losses(r, i, 1) = static_cast<float>(loss * trainings.factor(r) * factor);
  }
  return own;
}

}  // namespace

const char* to_string(Law law) {
  switch (law) {
    case Law::normal:
      return "normal";
    case Law::lognormal:
      return "lognormal";
    case Law::exponential:
      return "exponential";
    case Law::rare:
      return "rare large losses";
    case Law::ties:
      return "ties";
    case Law::clusters:
      return "two clusters";
    case Law::real:
      return "real pairs";
  }
  return "";
}

std::string name_of(const TestedClaim& tested) {
  return tested.statistic ? fmt::format("{} ({})", tested.kind, to_string(*tested.statistic)) : tested.kind;
}

const std::vector<TestedClaim>& tested_claims() {
  static const std::vector<TestedClaim> all = {{"below", {}},
                                               {"below", Statistic::median},
                                               {"below", Statistic::mean},
                                               {"fails", {}},
                                               {"close", {}},
                                               {"ratio", {}},
                                               {"at_most", {}},
                                               {"at_most", Statistic::median},
                                               {"at_least", Statistic::median},
                                               {"within", {}},
                                               {"within", Statistic::median},
                                               {"no_convergence", {}},
                                               {"most_seeds", {}},
                                               {"most_points", {}},
                                               {"advantage", {}}};
  return all;
}

SimulatedClaim simulate(const Simulation& simulation, std::uint64_t seed, std::uint64_t index) {
  Draws draws(seed, index);
  SimulatedClaim simulated;
  Claim& claim = simulated.claim;
  claim.id = claim.kind = simulation.claim.kind;
  claim.statistic = simulation.claim.statistic;
  claim.experiment = std::string("e");
  claim.optimizer = std::string("own");
  claim.step = 1;
  claim.confidence = kTestedConfidence;
  claim.margin = 0.1;
  claim.ratio = 0.8;
  if (claim.kind == "most_seeds") claim.share = 0.5;
  const bool upwards = claim.kind == "fails" || claim.kind == "at_least" || claim.kind == "no_convergence";
  const double effect = upwards ? 1 + simulation.effect : 1 - simulation.effect;
  Experiment experiment{"e", "", {}};
  if (is_level(claim.kind)) {
    const double level =
        statistic_of(claim) == Statistic::mean ? mean_of(simulation.law) : median_of(simulation.law);
    claim.threshold = level;
    claim.paper_value = level / (1 + claim.margin);  // nothing can be decided at the upper edge
    experiment.curves = {level_curve(simulation, effect, draws)};
  } else {
    claim.against = {"other"};
    experiment.curves = pair_of_curves(simulation, effect * neutral_factor(claim), draws);
  }
  const auto add = [&](double factor, const std::string& optimizee, const std::string& point) {
    for (Curve& curve : pair_of_curves(simulation, factor, draws)) {
      curve.optimizee = optimizee;
      if (!point.empty()) curve.coordinates["point"] = point;
      experiment.curves.push_back(std::move(curve));
    }
  };
  if (claim.kind ==
      "most_points") {  // right at one of three points; at the others there is nothing to decide
    claim.more_than = 1;
    for (Curve& curve : experiment.curves) curve.coordinates["point"] = std::string("0");
    add(1e-3, "f", "1");
    add(1, "f", "2");
  }
  if (claim.kind == "advantage") {
    claim.than = std::string("g");
    claim.where = {{"optimizee", "f"}};
    add(1, "g", "");
  }
  simulated.experiments.push_back(std::move(experiment));
  return simulated;
}

}  // namespace l2l::reports
