// Deterministic mutations of IDX files: each must be parsed into a consistent view or refused with an Error.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/random.hpp"
#include "datasets/idx.hpp"

using namespace l2l;

namespace {

std::string valid_file(std::size_t rank) {
  std::string bytes = {0, 0, 8, static_cast<char>(rank)};
  std::size_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    bytes += std::string(3, '\0') + static_cast<char>(i + 2);
    count *= i + 2;
  }
  return bytes + std::string(count, 'v');
}

/// One to four changes, most of them in the header, where they matter.
std::string mutated(std::string bytes, const RandomStream& random) {
  std::uint64_t draw = 0;
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::size_t>(random.below(draw++, bound));
  };
  const std::size_t changes = 1 + below(4);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t place =
        below(2) == 0 ? below(std::min<std::size_t>(16, bytes.size() + 1)) : below(bytes.size() + 1);
    switch (below(6)) {
      case 0:
        bytes.resize(place);
        break;
      case 1:
        bytes.insert(place, 1 + below(8), static_cast<char>(below(256)));
        break;
      case 2:
        bytes.erase(std::min(place, bytes.size()), 1 + below(4));
        break;
      case 3:
        bytes += static_cast<char>(below(256));
        break;
      default:
        if (place < bytes.size()) bytes[place] = static_cast<char>(below(3) == 0 ? 0xFF : below(256));
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("mutated IDX files are parsed or refused, never anything else") {
  std::size_t parsed = 0, refused = 0;
  for (std::uint64_t run = 0; run < 20000; ++run) {
    const RandomStream random(20160614, run);
    const std::size_t rank = 1 + run % 3;
    // An exact heap copy: the address sanitizer sees a read one byte past the end.
    const std::string text = mutated(valid_file(rank), random);
    const std::vector<char> exact(text.begin(), text.end());
    try {
      const IdxView view = parse_idx({exact.data(), exact.size()}, "mutated", rank);
      std::size_t product = 1;
      for (const std::size_t size : view.sizes) product *= size;
      REQUIRE(view.sizes.size() == rank);
      REQUIRE(product == view.values.size());
      REQUIRE(product + 4 + 4 * rank == exact.size());
      unsigned sum = 0;
      for (const std::uint8_t value : view.values) sum += value;
      REQUIRE(sum <= 255 * product);
      ++parsed;
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::data);
      ++refused;
    }
  }
  // Both ways are exercised.
  CHECK(parsed > 500);
  CHECK(refused > 1000);
}
