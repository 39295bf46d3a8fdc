// Curves whose losses are planted, for tests of claims.
#pragma once

#include <string>

#include "core/random.hpp"
#include "reports/results/results.hpp"

namespace l2l::reports {

/// A curve of horizon 1 that starts at 2 and whose losses at step 1 scatter around `mean` with standard
/// deviation 0.1.
inline Curve curve_around(const std::string& optimizer, double mean, std::size_t seeds = 40) {
  Curve curve;
  curve.experiment = std::string("e");
  curve.optimizee = "f";
  curve.optimizer = curve.label = optimizer;
  curve.horizon = 1;
  const RandomStream stream(seed_from(optimizer));
  curve.losses = xt::xtensor<float, 3>({1, seeds, 2});
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    curve.seeds.push_back(seed);
    curve.losses(0, seed, 0) = 2;
    curve.losses(0, seed, 1) = static_cast<float>(mean + 0.1 * stream.normal(seed));
  }
  return curve;
}

}  // namespace l2l::reports
