#include "core/random.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace l2l;

TEST_CASE("the generator is Philox4x32-10: known answers of Random123") {
  // bits(2k), bits(2k + 1) are the two halves of the block with counter (k, stream) and key seed.
  struct Known {
    std::uint64_t seed, stream, index, low, high;
  };
  const std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  const Known zeros{0, 0, 0, 0xe169c58d6627e8d5, 0x9b00dbd8bc57ac4c};
  CHECK(RandomStream(zeros.seed, zeros.stream).bits(0) == zeros.low);
  CHECK(RandomStream(zeros.seed, zeros.stream).bits(1) == zeros.high);
  // Counter k = 2^63 - 1 is the highest an index reaches; blocks computed by an independent implementation.
  CHECK(RandomStream(kMax, kMax).bits(kMax) == 0x71e0a347b949da37);
  CHECK(RandomStream(0x299f31d0a4093822, 0x0370734413198a2e).bits(0x0a3085a308d30000) == 0x24073bf8cbd98b66);
}

TEST_CASE("values are pure functions of seed, stream and index") {
  const RandomStream stream(7, 3);
  std::vector<double> forward, backward;
  for (std::uint64_t i = 0; i < 100; ++i) forward.push_back(stream.normal(i));
  for (std::uint64_t i = 100; i-- > 0;) backward.insert(backward.begin(), RandomStream(7, 3).normal(i));
  CHECK(forward == backward);
  CHECK(RandomStream(8, 3).bits(0) != stream.bits(0));
  CHECK(RandomStream(7, 4).bits(0) != stream.bits(0));
  CHECK(stream.bits(0) != stream.bits(1));
  CHECK(stream.bits(0) != stream.bits(2));
}

TEMPLATE_TEST_CASE("filling equals drawing one by one, from any place", "", float, double) {
  const RandomStream stream(11, 2);
  for (const std::uint64_t first : {0U, 1U, 6U, 7U}) {
    for (const std::size_t size : {0U, 1U, 2U, 5U, 8U}) {
      std::vector<TestType> normal(size), uniform(size);
      stream.fill_normal<TestType>(normal, 0.01, first);
      stream.fill_uniform<TestType>(uniform, -2, 3, first);
      for (std::size_t i = 0; i < size; ++i) {
        CHECK(normal[i] == static_cast<TestType>(0.01 * stream.normal(first + i)));
        CHECK(uniform[i] == static_cast<TestType>(-2 + 5 * stream.uniform(first + i)));
      }
    }
  }
}

TEST_CASE("normal values have the moments of the standard normal distribution") {
  constexpr std::size_t kCount = 200000;
  std::vector<double> x(kCount);
  RandomStream(5).fill_normal<double>(x, 1.0);
  double sum[5] = {}, lag = 0;
  int beyond_two = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    double power = 1;
    for (int k = 1; k <= 4; ++k) sum[k] += power *= x[i];
    if (i > 0) lag += x[i] * x[i - 1];
    beyond_two += std::abs(x[i]) > 2 ? 1 : 0;
  }
  // Tolerances are five standard errors: sqrt(1, 2, 15, 96, 1, p (1 - p)) / sqrt(count).
  CHECK(sum[1] / kCount == Approx(0).margin(0.0112));
  CHECK(sum[2] / kCount == Approx(1).margin(0.0159));
  CHECK(sum[3] / kCount == Approx(0).margin(0.0434));
  CHECK(sum[4] / kCount == Approx(3).margin(0.1096));
  CHECK(lag / kCount == Approx(0).margin(0.0112));
  CHECK(beyond_two / static_cast<double>(kCount) == Approx(0.0455).margin(0.0024));
}

TEST_CASE("uniform values fill [0, 1) evenly") {
  constexpr std::uint64_t kCount = 100000;
  const RandomStream stream(6);
  std::vector<int> bins(20);
  for (std::uint64_t i = 0; i < kCount; ++i) {
    const double u = stream.uniform(i);
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    ++bins[static_cast<std::size_t>(u * 20)];
  }
  double chi_square = 0;
  for (const int count : bins) chi_square += (count - 5000.0) * (count - 5000.0) / 5000.0;
  CHECK(chi_square > 5.4);  // 19 degrees of freedom: 0.1 % and 99.9 % points
  CHECK(chi_square < 43.8);
}

TEST_CASE("below reaches every value of its range and no other") {
  const RandomStream stream(9);
  std::vector<int> hits(7);
  for (std::uint64_t i = 0; i < 700; ++i) ++hits.at(stream.below(i, 7));
  for (const int count : hits) CHECK(count > 50);
  CHECK(stream.below(0, 1) == 0);
  CHECK(stream.below(3, std::numeric_limits<std::uint64_t>::max()) ==
        stream.bits(3) - (stream.bits(3) > 0 ? 1 : 0));
  CHECK_THROWS_AS(stream.below(0, 0), CheckFailure);
}

TEST_CASE("a seed from text is the beginning of its SHA-256, little endian") {
  // SHA-256("abc") = ba7816bf 8f01cfea ...
  CHECK(seed_from("abc") == 0xeacf018fbf1678ba);
  CHECK(seed_from("abd") != seed_from("abc"));
}
