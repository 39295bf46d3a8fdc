#include "optimizers/meta_adam.hpp"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "core/digest.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "optimizers/kernels/isa.hpp"

using namespace l2l;

namespace {

/// Gradients of many magnitudes, with zeros, denormals, infinities and NaN among them in the last step.
std::vector<double> meta_gradient(std::size_t n, std::size_t step, bool last) {
  using Limits = std::numeric_limits<double>;
  constexpr double kOdd[] = {
      0, -0.0, Limits::denorm_min(), Limits::min(), -Limits::max(), Limits::infinity(), Limits::quiet_NaN()};
  const RandomStream stream(11, step);
  std::vector<double> g(n);
  for (std::size_t i = 0; i < n; ++i) {
    g[i] = std::ldexp(2 * stream.uniform(2 * i) - 1, static_cast<int>(stream.below(2 * i + 1, 60)) - 40);
    if (last && i % 5 == 2) g[i] = kOdd[i / 5 % 7];
  }
  return g;
}

/// Digest of phi after each of four steps, for several sizes. NaN counts as one value: see rules_bits_test.
std::string digest_of_phi() {
  const FlushDenormals flush;
  constexpr std::size_t kSteps = 4;
  Sha256 sha;
  for (const std::size_t n : {1, 2, 3, 7, 8, 9, 17, 5061, 40'000}) {
    MetaAdam adam(n);
    std::vector<double> phi(n);
    for (std::size_t i = 0; i < n; ++i) phi[i] = RandomStream(3).uniform(i) - 0.5;
    for (std::size_t t = 0; t < kSteps; ++t) {
      adam.step(meta_gradient(n, t, t + 1 == kSteps), 0.003, phi);
      std::vector<double> seen = phi;
      for (double& value : seen)
        if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
      sha.update_array(std::span<const double>(seen));
    }
  }
  return sha.hex().substr(0, 16);
}

}  // namespace

TEST_CASE("ADAM's first step is the learning rate in the direction of the sign") {
  MetaAdam adam(3);
  std::vector<double> phi{1, 1, 1};
  adam.step(std::vector<double>{5, -0.01, 0}, 0.1, phi);
  CHECK(phi[0] == Approx(0.9));
  CHECK(phi[1] == Approx(1.1).epsilon(1e-5));
  CHECK(phi[2] == 1.0);
}

TEST_CASE("ADAM on phi: the bits are those that stored results were made with, on every instruction set") {
  for (const std::string& isa : available_isas()) {
    const IsaOverride level(isa);
    CAPTURE(isa);
    CHECK(digest_of_phi() ==
          "1162889d4efa2ed4");  // a change is one of numerics: raise the version of meta_train
  }
}

TEST_CASE("clipping keeps the direction and only ever shortens") {
  std::vector<double> v{3, 4};
  clip_to_norm(v, 10);
  CHECK(v == std::vector<double>{3, 4});
  clip_to_norm(v, 1);
  CHECK(v[0] == Approx(0.6));
  CHECK(v[1] == Approx(0.8));
  clip_to_norm(v, 0);
  CHECK(v[1] == Approx(0.8));
}
