// The numbers that a claim is about, of the curves that it selects.
#pragma once

#include <string>
#include <vector>

#include <xtensor/xtensor.hpp>

#include "reports/claims/verdicts.hpp"

namespace l2l::reports {

struct Curve;

using Curves = std::vector<const Curve*>;

/// Does `where` of a claim pick this curve?
bool selected(const Curve& curve, const std::map<std::string, std::string>& where);

/// The curve of an optimizer, or null.
const Curve* find(const Curves& curves, const std::string& optimizer);

/// Why a curve cannot be judged at this step; empty if it can.
std::string missing(const Curve* curve, const std::string& optimizer, int step);

/// What the claim is about, of every replica and seed, (replicas, seeds): the loss at its step, or the mean
/// from its first step to it; +inf where it diverged before.
xt::xtensor<double, 2> claimed_losses(const Curve& curve, const Claim& claim);

/// The mean of that over the replicas, of every seed.
std::vector<double> mean_claimed_losses(const Curve& curve, const Claim& claim);

/// What two optimizers have of the seeds that both met, in the same order: (replicas, pairs).
struct Pairs {
  xt::xtensor<double, 2> own, other;
  std::size_t size() const { return own.shape(1); }
};
Pairs pairs_of(const Curve& own, const Curve& other, const Claim& claim);

}  // namespace l2l::reports
