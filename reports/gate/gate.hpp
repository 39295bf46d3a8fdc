// The quality gate: what two runs of a suite say about the program that made them (docs/gate.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <xtensor/xtensor.hpp>

#include "reports/gate/outcome.hpp"
#include "reports/gate/settings.hpp"

namespace l2l::reports {

struct Curve;

/// One cell of an experiment as the gate sees it: numbers per seed.
struct GateCell {
  std::string experiment, optimizee, optimizer;
  std::map<std::string, std::string> coordinates;
  int horizon = 0;
  std::string problem;  ///< digest of the optimizee's configuration: which problems the seeds are
  std::string phi;      ///< digest of the phi that was evaluated; empty for a baseline
  std::map<std::string, std::string> jobs;  ///< key -> digest of its evaluations
  bool complete = true;
  double target = 0;  ///< of steps_to_target
  std::vector<std::uint64_t> seeds;
  std::vector<float> final_loss;     ///< f(theta_T); +inf where it diverged
  std::vector<float> mean_loss;      ///< mean of f(theta_1) ... f(theta_T)
  std::vector<int> steps_to_target;  ///< first t with f(theta_t) <= target; horizon + 1: never
  xt::xtensor<float, 2> losses;      ///< (seeds, horizon + 1); empty where only the numbers above were kept

  std::string name() const;  ///< "mnist / adam, horizon 200": the same for the same cell of two runs
};

struct GateRun {
  std::string name;      ///< as given by the user
  std::string revision;  ///< of the program that made it
  std::vector<GateCell> cells;
  std::map<std::string, std::string> claims;  ///< id -> verdict
  GateSettings settings;
  std::vector<std::string> notes;  ///< what is missing
};

/// A cell's numbers from its trajectories. The target is what a run reaches half way: the median over its
/// seeds of f(theta_{T/2}).
void fill_metrics(const Curve& curve, GateCell& cell);

/// First t with a loss at or below the target, per seed; horizon + 1 where there is none.
/// @param losses  (seeds, horizon + 1)
std::vector<int> steps_to(const xt::xtensor<float, 2>& losses, double target);

/// Compares the candidate with the baseline cell by cell over the seeds that both have, with the baseline's
/// settings and targets. Per cell and metric: the geometric mean of the paired ratios (each within [1/10,
/// 10]) with its bootstrap interval, and the one-sided signed-rank test; for the diverged share McNemar's. A
/// regression is q <= settings.false_alarms over all tests, and an effect of the smallest one that matters.
/// @param intervals  false: none are computed; they decide nothing
GateOutcome compare_runs(const GateRun& baseline, const GateRun& candidate, bool intervals = true);

}  // namespace l2l::reports
