#include "datasets/idx.hpp"

#include <catch2/catch.hpp>

#include "tests/support/errors.hpp"
#include "tests/unit/datasets/tiny_dataset.hpp"

using Catch::Matchers::Contains;
using l2l::parse_idx;
using l2l::test::error_of;
using l2l::test::idx_bytes;

TEST_CASE("an IDX file gives its sizes and values") {
  const std::string bytes = idx_bytes({2, 1, 3}, "abcdef");
  const l2l::IdxView view = parse_idx(bytes, "x", 3);
  CHECK(view.sizes == std::vector<std::size_t>{2, 1, 3});
  CHECK(std::string(view.values.begin(), view.values.end()) == "abcdef");
}

TEST_CASE("a damaged IDX file is refused with the reason") {
  const auto what = [](const std::string& bytes, std::size_t rank) {
    const l2l::Error error = error_of([&] { parse_idx(bytes, "some/file", rank); });
    CHECK(error.code() == l2l::ErrorCode::data);
    CHECK(error.where().file == "some/file");
    CHECK_FALSE(error.hint().empty());
    return error.message();
  };
  const std::string good = idx_bytes({2, 3}, "abcdef");
  CHECK_THAT(what(good, 1), Contains("wrong IDX magic 00000802, expected 00000801"));
  std::string floats = good;
  floats[2] = 0x0D;
  CHECK_THAT(what(floats, 2), Contains("wrong IDX magic 00000d02"));
  CHECK_THAT(what("", 2), Contains("short IDX file: 0 bytes"));
  CHECK_THAT(what(good.substr(0, 11), 2), Contains("short IDX file: 11 bytes, the header alone has 12"));
  CHECK_THAT(what(good.substr(0, 17), 2), Contains("short IDX file: 6 values announced, 5 present"));
  CHECK_THAT(what(good + "xy", 2), Contains("2 trailing bytes after the 6 values"));
  CHECK_THAT(what(idx_bytes({2, 0}, ""), 2), Contains("impossible IDX dimensions: dimension 2 of 2 is 0"));
  // The product of these overflows 64 bits to a small number.
  CHECK_THAT(what(idx_bytes({0x80000000U, 0x80000000U, 4}, ""), 3), Contains("impossible IDX dimensions"));
}
