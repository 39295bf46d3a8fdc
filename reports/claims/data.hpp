// The numbers that a claim is about, of the curves that it selects.
#pragma once

#include <string>
#include <vector>

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

/// What the claim is about, of every seed: the loss at its step, or the mean from its first step to it; +inf
/// where the seed diverged before.
std::vector<double> claimed_losses(const Curve& curve, const Claim& claim);

/// What two optimizers have of the seeds that both met, in the same order.
struct Pairs {
  std::vector<double> own, other;
  bool finite = true;  ///< none of them diverged
};
Pairs pairs_of(const Curve& own, const Curve& other, const Claim& claim);

/// a - factor * b of every seed; empty where one diverged.
std::vector<double> differences(const Pairs& pairs, double factor = 1);

/// mean(a) / mean(b) with its percentile bootstrap interval, seeds drawn in pairs.
Effect ratio_of_means(const std::string& of, const std::vector<double>& a, const std::vector<double>& b,
                      double confidence);

}  // namespace l2l::reports
