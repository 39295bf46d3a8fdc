#include "optimizees/normalised_activation.hpp"

#include <cmath>

#include <hwy/highway.h>
#include <catch2/catch.hpp>

#include "core/random.hpp"

using namespace l2l;

TEST_CASE("of equal pixels in a window the first one has the gradient") {
  NormalisedActivation<double> activation({1, 2, 4, 1, 2}, 1e-5);
  // Rows of 4: the left window is 2 2 / 2 1, the right one -5 0 / 0 0.
  const std::vector<double> before = {2, 2, -5, 0, 2, 1, 0, 0};
  std::vector<double> z = before, y(2), dy = {1, 1};
  const double beta = 1, mean = 2.0 / 8;
  double dgamma = 0, dbeta = 0;
  activation.forward(z.data(), nullptr, &beta, nullptr, y.data());
  activation.backward(dy.data(), y.data(), nullptr, z.data(), &dgamma, &dbeta);
  CHECK(dbeta == 2);
  // What is left after the terms that all pixels have: scale at the chosen ones, 0 elsewhere.
  double squares = 0;
  for (const double v : before) squares += (v - mean) * (v - mean);
  const double scale = 1 / std::sqrt(squares / 8 + 1e-5);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double all = -scale * (dbeta / 8 + (before[i] - mean) * scale * dgamma / 8);
    CAPTURE(i);
    CHECK(z[i] - all == Approx(i == 0 || i == 3 ? scale : 0).margin(1e-12));
  }
}

TEST_CASE("statistics survive a mean that is large beside the deviation") {
  constexpr std::size_t kCount = 4096;
  NormalisedActivation<float> activation({4, 32, 32, 1, 1}, 1e-5);
  std::vector<float> z(kCount), y(kCount);
  for (std::size_t i = 0; i < kCount; ++i) z[i] = 1000.0F + (i % 2 == 0 ? 0.5F : -0.5F);
  const float beta = 1;
  activation.forward(z.data(), nullptr, &beta, nullptr, y.data());
  for (std::size_t i = 0; i < kCount; ++i) REQUIRE(y[i] == Approx(i % 2 == 0 ? 2 : 0).margin(1e-3));
}

TEST_CASE("batch normalisation, ReLU and pooling: the same bits from every instruction set") {
  const ActivationShape shape{3, 7, 5, 21, 2};
  std::vector<float> z(shape.inputs()), gamma(shape.channels), beta(shape.channels), dy(shape.outputs());
  RandomStream(1).fill_normal<float>(z, 2);
  RandomStream(2).fill_normal<float>(gamma, 1);
  RandomStream(3).fill_normal<float>(beta, 1);
  RandomStream(4).fill_normal<float>(dy, 1);
  std::vector<std::vector<float>> results;
  for (const std::int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SCALAR}) {
    if (target != HWY_SCALAR && (hwy::SupportedTargets() & target) == 0) continue;
    hwy::GetChosenTarget().Update(target);
    NormalisedActivation<float> activation(shape, 1e-5);
    std::vector<float> y(shape.outputs()), dz = z, dgamma(shape.channels), dbeta(shape.channels);
    activation.forward(z.data(), gamma.data(), beta.data(), nullptr, y.data());
    activation.backward(dy.data(), y.data(), gamma.data(), dz.data(), dgamma.data(), dbeta.data());
    for (const auto& more : {dz, dgamma, dbeta}) y.insert(y.end(), more.begin(), more.end());
    results.push_back(y);
  }
  hwy::GetChosenTarget().DeInit();  // chosen anew by whoever comes next
  for (const std::vector<float>& result : results) CHECK(result == results.front());
}
