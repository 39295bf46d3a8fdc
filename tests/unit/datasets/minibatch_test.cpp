#include "datasets/minibatch.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/random.hpp"

using namespace l2l;

namespace {

std::vector<std::uint32_t> draw(std::uint64_t seed, std::uint64_t step, std::size_t begin, std::size_t end,
                                std::size_t batch) {
  std::vector<std::uint32_t> indices(batch);
  draw_minibatch(seed, step, begin, end, indices);
  return indices;
}

/// Every byte value once, in images of 16 x 16, and its complement in a second image.
ImageDataset all_bytes() {
  ImageDataset dataset{2, 16, 16, 1, {}, {3, 1}, 4};
  for (int i = 0; i < 512; ++i) dataset.pixels.push_back(static_cast<std::uint8_t>(i < 256 ? i : 511 - i));
  return dataset;
}

}  // namespace

TEST_CASE("a minibatch is a pure function of seed, step and split") {
  CHECK(draw(5, 7, 100, 200, 64) == draw(5, 7, 100, 200, 64));
  CHECK(draw(5, 7, 100, 200, 64) != draw(5, 8, 100, 200, 64));
  CHECK(draw(5, 7, 100, 200, 64) != draw(6, 7, 100, 200, 64));
  // A larger batch begins with the smaller one: value i depends on i alone.
  const auto small = draw(5, 7, 100, 200, 10), large = draw(5, 7, 100, 200, 20);
  CHECK(std::equal(small.begin(), small.end(), large.begin()));
  // Pinned: a change of these numbers changes every stored result.
  CHECK(draw(1, 2, 0, 60000, 4) == std::vector<std::uint32_t>{33030, 2353, 51332, 3291});
}

TEST_CASE("minibatches are uniform over their split and stay inside it") {
  std::vector<int> hits(50);
  for (std::uint64_t step = 0; step < 100; ++step) {
    for (const std::uint32_t index : draw(3, step, 1000, 1050, 128)) {
      REQUIRE(index >= 1000);
      REQUIRE(index < 1050);
      ++hits[index - 1000];
    }
  }
  double chi_square = 0;
  for (const int count : hits) chi_square += (count - 256.0) * (count - 256.0) / 256.0;
  CHECK(chi_square > 24.0);  // 49 degrees of freedom: 0.1 % and 99.9 % points
  CHECK(chi_square < 85.4);
  const auto batch = draw(3, 0, 0, 4, 128);
  CHECK(std::set(batch.begin(), batch.end()).size() == 4);  // with replacement
}

TEMPLATE_TEST_CASE("pixels are scaled to v / 255, rounded once", "", float, double) {
  const ImageDataset dataset = all_bytes();
  const std::vector<std::uint32_t> indices = {1, 0, 1};
  std::vector<TestType> pixels(3 * 256);
  std::vector<std::uint8_t> labels(3);
  gather_minibatch<TestType>(dataset, indices, pixels, labels);
  CHECK(labels == std::vector<std::uint8_t>{1, 3, 1});
  for (int v = 0; v < 256; ++v) {
    const TestType expected = static_cast<TestType>(v / 255.0L);
    REQUIRE(pixels[static_cast<std::size_t>(256 + v)] == expected);
    REQUIRE(pixels[static_cast<std::size_t>(255 - v)] == expected);
    REQUIRE(pixels[static_cast<std::size_t>(767 - v)] == expected);
  }
}

TEST_CASE("interleaved pixels: the channels of a pixel side by side") {
  // Two images of 2 x 3 pixels in 3 channels; the value tells image, channel and pixel.
  ImageDataset dataset{2, 2, 3, 3, {}, {1, 0}, 2};
  for (int image = 0; image < 2; ++image)
    for (int channel = 0; channel < 3; ++channel)
      for (int pixel = 0; pixel < 6; ++pixel)
        dataset.pixels.push_back(static_cast<std::uint8_t>(100 * image + 10 * channel + pixel));
  std::vector<float> pixels(36);
  std::vector<std::uint8_t> labels(2);
  gather_minibatch<float>(dataset, std::vector<std::uint32_t>{1, 0}, pixels, labels, PixelOrder::interleaved);
  CHECK(labels == std::vector<std::uint8_t>{0, 1});
  auto at = pixels.begin();
  for (const int image : {1, 0})
    for (int pixel = 0; pixel < 6; ++pixel)
      for (int channel = 0; channel < 3; ++channel)
        REQUIRE(*at++ == static_cast<float>((100 * image + 10 * channel + pixel) / 255.0L));
}

TEST_CASE("wrong sizes and examples are bugs, caught") {
  const ImageDataset dataset = all_bytes();
  std::vector<float> pixels(256);
  std::vector<std::uint8_t> labels(1);
  const auto gather = [&](std::vector<std::uint32_t> indices) {
    gather_minibatch<float>(dataset, indices, pixels, labels);
  };
  CHECK_THROWS_AS(gather({0, 1}), CheckFailure);
  CHECK_THROWS_AS(gather({2}), CheckFailure);
  CHECK_THROWS_AS(draw(1, 1, 5, 5, 1), CheckFailure);
}
