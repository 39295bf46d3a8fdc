// When a transfer counts as stalled.
#pragma once

#include <chrono>
#include <cstdint>

namespace l2l {

/// Whether bytes still come in: every stretch of `timeout` has to bring 1000 bytes a second.
class StallWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  StallWatch(std::chrono::milliseconds timeout, Time begun) : timeout_(timeout), since_(begun) {}

  /// @param bytes  received so far
  bool stalled(std::uint64_t bytes, Time now) {
    // One byte a millisecond: the limit, without rounding to whole seconds as libcurl's own has it.
    if (bytes - bytes_ >= static_cast<std::uint64_t>(timeout_.count())) {
      bytes_ = bytes;
      since_ = now;
    }
    return now - since_ >= timeout_;
  }

 private:
  std::chrono::milliseconds timeout_;
  Time since_;
  std::uint64_t bytes_ = 0;
};

}  // namespace l2l
