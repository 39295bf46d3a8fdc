// Digests of the hand-designed rules' bits, and what they are.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/rule.hpp"

namespace l2l::testing {

inline constexpr std::size_t kRuleSteps = 6;
inline constexpr std::size_t kRuleShapes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 1000, 40'000};

/// Gradients of all magnitudes and signs, with zeros, denormals, infinities and NaN among them.
template <class Real>
std::vector<Real> odd_gradients(std::size_t count, std::uint64_t seed) {
  using Limits = std::numeric_limits<Real>;
  constexpr Real kOdd[] = {0,
                           -Real{0},
                           Limits::denorm_min(),
                           -Limits::min() / 2,
                           Limits::min(),
                           -Limits::max(),
                           Limits::epsilon(),
                           Limits::infinity(),
                           -Limits::infinity(),
                           Limits::quiet_NaN()};
  const RandomStream stream(seed);
  std::vector<Real> g(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int exponent = static_cast<int>(stream.below(3 * i, 60)) - 40;
    g[i] = static_cast<Real>(std::ldexp(2 * stream.uniform(3 * i + 1) - 1, exponent));
    if (stream.below(3 * i + 2, 50) == 0) g[i] = kOdd[stream.below(3 * i + 2, 5000) / 50 % 10];
  }
  return g;
}

/// NaN has many bit patterns, and which of them comes out is up to the compiler: any counts as one.
template <class Real>
void add_values(Sha256& sha, std::vector<Real> values) {
  for (Real& value : values)
    if (std::isnan(value)) value = std::numeric_limits<Real>::quiet_NaN();
  sha.update_array(std::span<const Real>(values));
}

struct RuleDigests {
  const char* rule;
  Hyperparameters given;
  const char *single, *twice;  ///< digests in float and in double
};

// A change here is a change of numerics: raise the algorithm version of the job keys with it.
inline const RuleDigests kRuleDigests[] = {
    {"sgd", {}, "8418fee845662476", "9cb31ab163c3ea2d"},
    {"momentum", {}, "4f70a7610e6582f0", "f00c7ac34352268f"},
    {"momentum", {{"dampening", 0}, {"learning_rate", 0.3}}, "6ee4cdf8ec4ab59b", "4b7f4566e423963a"},
    {"nag", {}, "15cbcba430634330", "1d32a0d5a18ebca0"},
    {"rprop", {}, "678a77f97efadee8", "6c99821539ceffd0"},
    {"rprop", {{"stepsizemax", 0.11}, {"stepsizemin", 0.06}}, "78e285b259f1ec87", "8dcd25887166558c"},
    {"adagrad", {}, "11c1f8e880e2226c", "12433872bee6c047"},
    {"adagrad", {{"epsilon", 0}}, "afe105b385e1da52", "4185390783ad7873"},
    {"rmsprop", {}, "f17f6fdfe0656cd4", "8b8420ba77f36ea2"},
    {"rmsprop", {{"initial_mean", 1}, {"alpha", 0.9}}, "1cca6493aecdb09e", "1469d545f9c872da"},
    {"adam", {}, "7f8e16959d009458", "8156231b84dc0fc4"},
    {"adam", {{"kingma_epsilon", 1}, {"learning_rate", 0.05}}, "c3c80c7ac01e588b", "d208443db34001ba"},
};

/// Digest of theta after every step, for all shapes, on the instruction set in use.
template <class Real>
std::string digest_of_rule(const RuleDigests& c) {
  const FlushDenormals flush;
  Sha256 sha;
  const auto optimizer = find_rule(c.rule)->make<Real>(c.given);
  for (const std::size_t n : kRuleShapes) {
    const std::vector<Real> gradients = odd_gradients<Real>(n * kRuleSteps, 7 + n);
    std::vector<Real> theta(n), point(n);
    for (std::size_t i = 0; i < n; ++i) theta[i] = static_cast<Real>(RandomStream(3).uniform(i) - 0.5);
    optimizer->start(n);
    for (std::size_t t = 0; t < kRuleSteps; ++t) {
      if (optimizer->looks_ahead()) {
        optimizer->gradient_point(theta, point);
        add_values(sha, point);
      }
      optimizer->step(std::span<const Real>(gradients).subspan(t * n, n), theta);
      add_values(sha, theta);
    }
  }
  return sha.hex().substr(0, 16);
}

}  // namespace l2l::testing
