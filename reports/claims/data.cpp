#include "reports/claims/data.hpp"

#include <algorithm>

#include <fmt/format.h>

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

xt::xtensor<double, 2> claimed_losses(const Curve& curve, const Claim& claim) {
  const int first = claim.first_step.value_or(claim.step);
  xt::xtensor<double, 2> claimed({curve.replicas(), curve.seeds.size()});
  for (std::size_t r = 0; r < claimed.shape(0); ++r) {
    const xt::xtensor<double, 2> losses = losses_of_replica(curve, r);
    for (std::size_t i = 0; i < claimed.shape(1); ++i) {
      double sum = 0;
      for (int t = first; t <= claim.step; ++t) sum += losses(i, t);
      claimed(r, i) = sum / static_cast<double>(claim.step - first + 1);
    }
  }
  return claimed;
}

std::vector<double> mean_claimed_losses(const Curve& curve, const Claim& claim) {
  const xt::xtensor<double, 2> claimed = claimed_losses(curve, claim);
  std::vector<double> means(claimed.shape(1), 0.0);
  for (std::size_t i = 0; i < means.size(); ++i) {
    for (std::size_t r = 0; r < claimed.shape(0); ++r) means[i] += claimed(r, i);
    means[i] /= static_cast<double>(claimed.shape(0));
  }
  return means;
}

Pairs pairs_of(const Curve& own, const Curve& other, const Claim& claim) {
  const xt::xtensor<double, 2> a = claimed_losses(own, claim), b = claimed_losses(other, claim);
  const CommonSeeds common = seeds_in_common(own.seeds, other.seeds);
  Pairs pairs{xt::empty<double>({a.shape(0), common.size()}), xt::empty<double>({b.shape(0), common.size()})};
  for (std::size_t i = 0; i < common.size(); ++i) {
    for (std::size_t r = 0; r < a.shape(0); ++r) pairs.own(r, i) = a(r, common.first[i]);
    for (std::size_t r = 0; r < b.shape(0); ++r) pairs.other(r, i) = b(r, common.second[i]);
  }
  return pairs;
}

}  // namespace l2l::reports
