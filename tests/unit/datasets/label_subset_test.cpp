#include "datasets/label_subset.hpp"

#include <catch2/catch.hpp>

#include "tests/support/errors.hpp"

using namespace l2l;

namespace {

ImageDataset labelled(std::vector<std::uint8_t> labels) {
  ImageDataset data{labels.size(), 1, 1, 1, std::vector<std::uint8_t>(labels.size()), {}, 5};
  data.labels = std::move(labels);
  return data;
}

}  // namespace

TEST_CASE("a subset of labels: examples of a range, renumbered in the order of the labels") {
  const ImageDataset data = labelled({4, 1, 0, 4, 2, 1, 4});
  const std::vector<int> labels = {4, 1};
  const auto subset = make_label_subset(data, 1, 6, labels);
  CHECK(subset->examples == std::vector<std::uint32_t>{1, 3, 5});
  CHECK(subset->classes == 2);
  CHECK(subset->renumbered[4] == 0);
  CHECK(subset->renumbered[1] == 1);
}

TEST_CASE("a subset needs an example of every label, and labels that there are") {
  const ImageDataset data = labelled({0, 1, 2, 3});
  const auto subset = [&](std::vector<int> labels) { return make_label_subset(data, 1, 4, labels); };
  const Error error = test::error_of([&] { subset({1, 0}); });
  CHECK(error.code() == ErrorCode::suite);
  CHECK_THAT(error.message(), Catch::Contains("[1, 4) have none of label 0"));
  CHECK_THROWS_AS(subset({5}), CheckFailure);
  CHECK_THROWS_AS(subset({2, 2}), CheckFailure);
}
