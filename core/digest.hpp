// SHA-256 of bytes, numbers and files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace l2l {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::span<const std::byte> data);
  Sha256& update(std::string_view text);
  /// The object representation of an array of numbers (little endian on every supported machine).
  template <class T>
  Sha256& update_array(std::span<const T> values) {
    static_assert(std::is_arithmetic_v<T>);
    return update(std::as_bytes(values));
  }
  /// Finishes; the object must not be used afterwards.
  std::array<std::uint8_t, 32> bytes();
  std::string hex();  ///< 64 lowercase digits; finishes like bytes()

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_hex(std::string_view text);
/// Streams the file; throws Error{data} if it cannot be read.
std::string sha256_hex_of_file(const std::filesystem::path& path);

}  // namespace l2l
