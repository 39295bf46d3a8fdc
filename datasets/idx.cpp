#include "datasets/idx.hpp"

#include "core/error.hpp"

namespace l2l {
namespace {

constexpr std::uint32_t kUnsignedByte = 0x08;
// Far above any dataset of images; keeps the product of the sizes from overflowing.
constexpr std::uint64_t kMaxValues = std::uint64_t{1} << 40;

std::uint32_t big_endian(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<std::uint8_t>(bytes[offset + i]);
  return value;
}

[[noreturn]] void fail(const std::string& name, std::string what) {
  throw Error(ErrorCode::data, {name}, std::move(what), "replace the file by a good copy");
}

}  // namespace

IdxView parse_idx(std::string_view bytes, const std::string& name, std::size_t rank) {
  L2L_CHECK(rank >= 1 && rank <= 255, "rank={}", rank);
  const std::size_t header = 4 + 4 * rank;
  const std::uint32_t expected = (kUnsignedByte << 8) | static_cast<std::uint32_t>(rank);
  if (bytes.size() < 4)
    fail(name, fmt::format("short IDX file: {} bytes, not even a magic number", bytes.size()));
  const std::uint32_t magic = big_endian(bytes, 0);
  if (magic != expected) fail(name, fmt::format("wrong IDX magic {:08x}, expected {:08x}", magic, expected));
  if (bytes.size() < header) {
    fail(name, fmt::format("short IDX file: {} bytes, the header alone has {}", bytes.size(), header));
  }

  IdxView view;
  std::uint64_t count = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::uint32_t size = big_endian(bytes, 4 + 4 * i);
    if (size == 0 || count > kMaxValues / size) {
      fail(name, fmt::format("impossible IDX dimensions: dimension {} of {} is {}", i + 1, rank, size));
    }
    count *= size;
    view.sizes.push_back(size);
  }

  const std::uint64_t have = bytes.size() - header;
  if (have < count) {
    fail(name, fmt::format("short IDX file: {} values announced, {} present", count, have));
  }
  if (have > count) {
    fail(name, fmt::format("{} trailing bytes after the {} values of the IDX file", have - count, count));
  }
  view.values = {reinterpret_cast<const std::uint8_t*>(bytes.data()) + header,
                 static_cast<std::size_t>(count)};
  return view;
}

}  // namespace l2l
