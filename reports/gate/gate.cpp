#include "reports/gate/gate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/paired_tests.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {
namespace {

constexpr double kLossFloor = 1e-12;           // below it a loss is the rounding of float32
constexpr double kMostLogRatio = 2.302585093;  // ln 10: what one seed can contribute to an effect
constexpr double kDirections = 2;  // worse and better are both looked for: each has half of the false alarms
constexpr double kSameNumber = 1e-6;  // relative

bool same_number(double a, double b) {
  return a == b || std::abs(a - b) <= kSameNumber * std::max(std::abs(a), std::abs(b));
}

struct Metric {
  const char* name;
  double minimum;
  std::vector<double> baseline, candidate;  ///< of matched seeds
};

template <class Number>
std::vector<double> picked(const std::vector<Number>& values, const std::vector<std::size_t>& at) {
  std::vector<double> result;
  for (const std::size_t i : at) result.push_back(static_cast<double>(values[i]));
  return result;
}

class Comparison {
 public:
  Comparison(const GateRun& baseline, const GateRun& candidate, bool intervals)
      : baseline_(baseline), candidate_(candidate), settings_(baseline.settings), intervals_(intervals) {
    outcome_.title = "Quality";
    outcome_.baseline = baseline.name;
    outcome_.candidate = candidate.name;
    for (const std::string& note : baseline.notes) outcome_.notes.push_back("baseline: " + note);
    for (const std::string& note : candidate.notes) outcome_.notes.push_back("candidate: " + note);
  }

  GateOutcome run() {
    std::map<std::string, const GateCell*> candidates;
    for (const GateCell& cell : candidate_.cells) candidates[cell.name()] = &cell;
    for (const GateCell& cell : baseline_.cells) {
      const auto found = candidates.find(cell.name());
      if (found == candidates.end()) {
        missing_.push_back(fmt::format("{} is not in the candidate", cell.name()));
      } else {
        compare(cell, *found->second);
        candidates.erase(found);
      }
    }
    for (const auto& [name, cell] : candidates)
      outcome_.notes.push_back(fmt::format("{} is new: nothing to compare it with", name));
    decide_checks();
    compare_claims();
    conclude();
    return std::move(outcome_);
  }

 private:
  void compare(const GateCell& baseline, const GateCell& candidate) {
    if (!candidate.complete)
      missing_.push_back(fmt::format("{} is incomplete in the candidate", baseline.name()));
    if (baseline.problem != candidate.problem) {
      missing_.push_back(
          fmt::format("{}: the optimizee is another one, its seeds are other problems", baseline.name()));
      return;
    }
    const CommonSeeds pairs = seeds_in_common(baseline.seeds, candidate.seeds);
    if (pairs.size() == 0) {
      missing_.push_back(fmt::format("{} has no seed in both", baseline.name()));
      return;
    }
    if (pairs.size() < baseline.seeds.size())
      missing_.push_back(fmt::format("{}: {} of {} seeds are not in the candidate", baseline.name(),
                                     baseline.seeds.size() - pairs.size(), baseline.seeds.size()));
    compared_pairs_ += pairs.size();
    if (!baseline.jobs.empty() && baseline.jobs == candidate.jobs) {
      ++identical_cells_;
      return;
    }
    ++different_cells_;
    note_bits(baseline, candidate);
    const bool retrained = baseline.phi != candidate.phi;
    const auto minimum = [&](double otherwise) { return retrained ? settings_.retrained : otherwise; };
    const std::vector<int> steps = steps_of(candidate, baseline.target);
    add_ratio(baseline, pairs, retrained,
              {"final loss", minimum(settings_.final_loss), picked(baseline.final_loss, pairs.first),
               picked(candidate.final_loss, pairs.second)});
    add_ratio(baseline, pairs, retrained,
              {"mean loss", minimum(settings_.mean_loss), picked(baseline.mean_loss, pairs.first),
               picked(candidate.mean_loss, pairs.second)});
    if (!steps.empty()) {
      add_ratio(baseline, pairs, retrained,
                {"steps to target", minimum(settings_.steps_to_target),
                 picked(baseline.steps_to_target, pairs.first), picked(steps, pairs.second)});
    }
    add_diverged(baseline, candidate, pairs);
  }

  /// Empty where the candidate was kept without trajectories and for another target.
  static std::vector<int> steps_of(const GateCell& cell, double target) {
    if (cell.losses.size() > 0) return steps_to(cell.losses, target);
    return cell.target == target ? cell.steps_to_target : std::vector<int>();
  }

  void note_bits(const GateCell& baseline, const GateCell& candidate) {
    for (const auto& [key, digest] : baseline.jobs) {
      const auto found = candidate.jobs.find(key);
      if (found == candidate.jobs.end())
        ++other_keys_;
      else if (found->second != digest)
        ++other_bits_;
    }
  }

  void add_ratio(const GateCell& cell, const CommonSeeds& pairs, bool retrained, const Metric& metric) {
    GateCheck check;
    check.subject = cell.name();
    check.metric = metric.name;
    check.pairs = pairs.size();
    check.minimum = metric.minimum;
    std::vector<double> worse;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (!same_number(metric.baseline[i], metric.candidate[i])) numbers_changed_ = true;
      worse.push_back(log_ratio(metric.candidate[i], metric.baseline[i], kLossFloor));
    }
    // All seeds of a cell move with a new phi: that a move is real is no news, that it is larger than what a
    // new phi may do has to be shown.
    const double allowed = retrained ? std::log1p(metric.minimum) : 0;
    std::vector<double> much_worse, much_better;
    for (const double ratio : worse) {
      much_worse.push_back(ratio - allowed);
      much_better.push_back(-ratio - allowed);
    }
    const Estimate estimate = clipped_mean(worse, kMostLogRatio, intervals_);
    check.effect = std::expm1(estimate.value);
    check.interval = {std::expm1(estimate.interval.low), std::expm1(estimate.interval.high)};
    check.p = signed_rank_p(much_worse);
    add(std::move(check), signed_rank_p(much_better), retrained ? "phi was trained anew" : "");
  }

  void add_diverged(const GateCell& baseline, const GateCell& candidate, const CommonSeeds& pairs) {
    std::size_t worse = 0, better = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const bool before = std::isinf(baseline.final_loss[pairs.first[i]]);
      const bool after = std::isinf(candidate.final_loss[pairs.second[i]]);
      worse += after && !before;
      better += before && !after;
    }
    const auto count = static_cast<double>(pairs.size());
    GateCheck check;
    check.subject = baseline.name();
    check.metric = "diverged share";
    check.pairs = pairs.size();
    check.minimum = settings_.diverged_share;
    check.effect = (static_cast<double>(worse) - static_cast<double>(better)) / count;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    check.interval = {nan, nan};
    check.p = mcnemar_p(worse, better);
    add(std::move(check), mcnemar_p(better, worse),
        worse + better == 0 ? "" : fmt::format("{} seeds diverge that did not, {} no longer", worse, better));
  }

  void add(GateCheck check, double p_better, std::string remark) {
    check.reason = std::move(remark);
    // Decided by the number of seeds alone, before any result is looked at.
    if (kDirections * smallest_signed_rank_p(check.pairs) > settings_.false_alarms) {
      check.status = CheckStatus::untested;
      check.reason = fmt::format("{} seeds can prove nothing at {:g}", check.pairs, settings_.false_alarms);
    }
    outcome_.checks.push_back(std::move(check));
    p_better_.push_back(p_better);
  }

  void decide_checks() {
    std::vector<std::size_t> tested;
    for (std::size_t i = 0; i < outcome_.checks.size(); ++i)
      if (outcome_.checks[i].status != CheckStatus::untested) tested.push_back(i);
    std::vector<double> worse, better;
    for (const std::size_t i : tested) {
      worse.push_back(outcome_.checks[i].p);
      better.push_back(p_better_[i]);
    }
    const std::vector<double> q_worse = benjamini_hochberg(worse), q_better = benjamini_hochberg(better);
    for (std::size_t i = 0; i < tested.size(); ++i) {
      GateCheck& check = outcome_.checks[tested[i]];
      check.q = std::min(1.0, kDirections * q_worse[i]);
      const bool matters = check.effect >= check.minimum;
      if (matters && check.q <= settings_.false_alarms) {
        check.status = CheckStatus::regression;
      } else if (matters) {
        check.status = CheckStatus::undecided;
      } else if (kDirections * q_better[i] <= settings_.false_alarms &&
                 check.effect <= -check.minimum / (1 + check.minimum)) {
        check.status = CheckStatus::improved;
      }
    }
    // The smallest p that BH can reject alone: without it, a single regression could not have been found.
    powerful_ = std::count_if(tested.begin(), tested.end(), [&](std::size_t i) {
      return kDirections * smallest_signed_rank_p(outcome_.checks[i].pairs) *
                 static_cast<double>(tested.size()) <=
             settings_.false_alarms;
    });
    tested_ = tested.size();
  }

  void compare_claims() {
    for (const auto& [id, before] : baseline_.claims) {
      const auto found = candidate_.claims.find(id);
      if (found == candidate_.claims.end()) {
        missing_.push_back(fmt::format("claim {} is not in the candidate", id));
        continue;
      }
      const std::string& after = found->second;
      if (before == after) continue;
      conclusions_changed_ = true;
      const std::string text = fmt::format("claim {}: {} -> {}", id, before, after);
      // From one side of an interval to the other: chance alone does not do that.
      if (before == "reproduced" && after == "contradicted")
        lost_claims_.push_back(text);
      else if (after == "not run")
        missing_.push_back(text);
      else
        outcome_.notes.push_back(text);
    }
  }

  std::size_t count(CheckStatus status) const {
    return static_cast<std::size_t>(
        std::count_if(outcome_.checks.begin(), outcome_.checks.end(),
                      [&](const GateCheck& check) { return check.status == status; }));
  }

  void conclude() {
    const std::size_t regressions = count(CheckStatus::regression);
    auto& reasons = outcome_.reasons;
    if (regressions > 0)
      reasons.push_back(fmt::format("{} of {} tests found a regression", regressions, tested_));
    reasons.insert(reasons.end(), lost_claims_.begin(), lost_claims_.end());
    const bool regressed = !reasons.empty();
    for (const std::string& text : missing_) reasons.push_back(text);
    bool inconclusive = !missing_.empty();
    if (compared_pairs_ == 0) {
      reasons.emplace_back("nothing was compared: no cell and seed of the baseline is in the candidate");
      inconclusive = true;
    } else if (different_cells_ > 0 && powerful_ == 0) {
      reasons.push_back(fmt::format("too few seeds: of {} tests none could have found a single regression",
                                    outcome_.checks.size()));
      inconclusive = true;
    }
    outcome_.verdict = regressed      ? GateVerdict::regression
                       : inconclusive ? GateVerdict::inconclusive
                                      : GateVerdict::passed;
    if (reasons.empty())
      reasons.push_back(different_cells_ == 0
                            ? fmt::format("all {} cells have the same bits", identical_cells_)
                            : fmt::format("none of {} tests found a regression", tested_));
    const bool moved = regressions + count(CheckStatus::improved) > 0 || conclusions_changed_;
    outcome_.changed = compared_pairs_ == 0    ? "unknown"
                       : different_cells_ == 0 ? (conclusions_changed_ ? "conclusions" : "nothing")
                       : moved                 ? "conclusions"
                       : numbers_changed_      ? "numbers"
                                               : "bits";
    if (different_cells_ > 0)
      outcome_.notes.push_back(
          fmt::format("{} of {} cells have other bits: {} jobs under the same key (the program computes "
                      "something else), {} "
                      "under another (the suite or a version says something else)",
                      different_cells_, different_cells_ + identical_cells_, other_bits_, other_keys_));
  }

  const GateRun& baseline_;
  const GateRun& candidate_;
  const GateSettings settings_;
  const bool intervals_;
  GateOutcome outcome_;
  std::vector<double> p_better_;  // parallel to outcome_.checks
  std::vector<std::string> missing_, lost_claims_;
  std::size_t identical_cells_ = 0, different_cells_ = 0, compared_pairs_ = 0, tested_ = 0;
  std::size_t other_bits_ = 0, other_keys_ = 0;
  std::ptrdiff_t powerful_ = 0;
  bool numbers_changed_ = false, conclusions_changed_ = false;
};

}  // namespace

std::string GateCell::name() const {
  std::string name = experiment == optimizee ? experiment : fmt::format("{} / {}", experiment, optimizee);
  name += fmt::format(" / {}, horizon {}", optimizer, horizon);
  for (const auto& [axis, value] : coordinates)
    if (axis != "horizon") name += fmt::format(", {} {}", axis, value);
  return name;
}

std::vector<int> steps_to(const xt::xtensor<float, 2>& losses, double target) {
  std::vector<int> steps;
  for (std::size_t i = 0; i < losses.shape(0); ++i) {
    std::size_t t = 0;
    while (t < losses.shape(1) && !(losses(i, t) <= target)) ++t;
    steps.push_back(static_cast<int>(t));
  }
  return steps;
}

void fill_metrics(const Curve& curve, GateCell& cell) {
  const xt::xtensor<double, 2> losses = losses_with_divergence(curve);
  const auto horizon = static_cast<std::size_t>(curve.horizon);
  cell.seeds = curve.seeds;
  cell.losses = xt::cast<float>(losses);
  for (std::size_t i = 0; i < losses.shape(0); ++i) {
    double sum = 0;
    for (std::size_t t = 1; t <= horizon; ++t) sum += losses(i, t);
    cell.final_loss.push_back(static_cast<float>(losses(i, horizon)));
    cell.mean_loss.push_back(static_cast<float>(sum / static_cast<double>(horizon)));
  }
  const std::vector<double> half_way = column_of(losses, horizon / 2);
  if (half_way.empty()) return;
  cell.target = static_cast<float>(summarize(half_way).median);
  if (!std::isfinite(cell.target)) cell.target = 0;  // most diverge: nothing reaches it
  cell.steps_to_target = steps_to(cell.losses, cell.target);
}

GateOutcome compare_runs(const GateRun& baseline, const GateRun& candidate, bool intervals) {
  return Comparison(baseline, candidate, intervals).run();
}

}  // namespace l2l::reports
