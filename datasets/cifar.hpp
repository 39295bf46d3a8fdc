// The binary format of CIFAR-10: records of a label and 32 x 32 red, green and blue values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace l2l {

inline constexpr std::size_t kCifarSide = 32, kCifarChannels = 3;
inline constexpr std::size_t kCifarPixels = kCifarSide * kCifarSide * kCifarChannels;

/// Records inside a buffer that somebody else owns.
class CifarView {
 public:
  static constexpr std::size_t kRecord = 1 + kCifarPixels;

  explicit CifarView(std::string_view bytes) : bytes_(bytes) {}
  std::size_t count() const { return bytes_.size() / kRecord; }
  unsigned char label(std::size_t i) const { return static_cast<unsigned char>(bytes_[i * kRecord]); }
  /// (channels, rows, columns)
  std::string_view pixels(std::size_t i) const { return bytes_.substr(i * kRecord + 1, kCifarPixels); }

 private:
  std::string_view bytes_;
};

/// @param bytes    the whole file; must outlive the view
/// @param name     names the file in errors
/// @param classes  labels must be below it
/// Throws Error{data}: no whole number of records, a label that is none.
CifarView parse_cifar(std::string_view bytes, const std::string& name, int classes);

}  // namespace l2l
