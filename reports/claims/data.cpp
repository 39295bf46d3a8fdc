#include "reports/claims/data.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.hpp"
#include "reports/results/results.hpp"
#include "reports/statistics/statistics.hpp"

namespace l2l::reports {

bool selected(const Curve& curve, const std::map<std::string, std::string>& where) {
  return std::all_of(where.begin(), where.end(), [&](const auto& condition) {
    const auto& [axis, value] = condition;
    if (axis == "optimizee") return curve.optimizee == value;
    const auto found = curve.coordinates.find(axis);
    if (found != curve.coordinates.end()) return found->second == value;
    return axis == "horizon" && std::to_string(curve.horizon) == value;
  });
}

const Curve* find(const Curves& curves, const std::string& optimizer) {
  const auto found = std::find_if(curves.begin(), curves.end(),
                                  [&](const Curve* curve) { return curve->optimizer == optimizer; });
  return found == curves.end() ? nullptr : *found;
}

std::string missing(const Curve* curve, const std::string& optimizer, int step) {
  if (curve == nullptr || curve->seeds.empty()) return fmt::format("there are no results of {}", optimizer);
  if (step > curve->horizon) {
    return fmt::format("{} ran {} steps only, the claim is about step {}", optimizer, curve->horizon, step);
  }
  if (!curve->complete)
    return fmt::format("results of {} are incomplete ({} seeds so far)", optimizer, curve->seeds.size());
  return {};
}

std::vector<double> claimed_losses(const Curve& curve, const Claim& claim) {
  const xt::xtensor<double, 2> losses = losses_with_divergence(curve);
  const int first = claim.first_step.value_or(claim.step);
  std::vector<double> values;
  for (std::size_t i = 0; i < losses.shape(0); ++i) {
    double sum = 0;
    for (int t = first; t <= claim.step; ++t) sum += losses(i, t);
    values.push_back(sum / static_cast<double>(claim.step - first + 1));
  }
  return values;
}

Pairs pairs_of(const Curve& own, const Curve& other, const Claim& claim) {
  const std::vector<double> a = claimed_losses(own, claim), b = claimed_losses(other, claim);
  const CommonSeeds common = seeds_in_common(own.seeds, other.seeds);
  Pairs pairs;
  for (std::size_t i = 0; i < common.size(); ++i) {
    pairs.own.push_back(a[common.first[i]]);
    pairs.other.push_back(b[common.second[i]]);
    pairs.finite = pairs.finite && std::isfinite(pairs.own.back()) && std::isfinite(pairs.other.back());
  }
  return pairs;
}

std::vector<double> differences(const Pairs& pairs, double factor) {
  std::vector<double> values;
  if (!pairs.finite) return values;
  for (std::size_t i = 0; i < pairs.own.size(); ++i) values.push_back(pairs.own[i] - factor * pairs.other[i]);
  return values;
}

Effect ratio_of_means(const std::string& of, const std::vector<double>& a, const std::vector<double>& b,
                      double confidence) {
  L2L_CHECK(a.size() == b.size(), "a={} b={}", a.size(), b.size());
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  Effect effect{of, kNaN, {kNaN, kNaN}};
  if (a.empty()) return effect;
  double sum_a = 0, sum_b = 0;
  for (const double value : a) sum_a += value;
  for (const double value : b) sum_b += value;
  effect.value = sum_a / sum_b;
  if (a.size() < 2 || !std::isfinite(sum_a) || !std::isfinite(sum_b)) return effect;
  std::vector<double> ratios = bootstrap_means(a);
  const std::vector<double> means_b = bootstrap_means(b);
  for (std::size_t r = 0; r < ratios.size(); ++r) ratios[r] /= means_b[r];
  effect.interval = percentile_interval(ratios, confidence);
  return effect;
}

}  // namespace l2l::reports
