// The exit codes of the program (README.md), in one place.
#pragma once

namespace l2l {

inline constexpr int kAllWell = 0;
inline constexpr int kCheckFailed = 1;    ///< a regression, a difference, a conflict
inline constexpr int kCannotStart = 2;    ///< usage, suite, data or environment
inline constexpr int kSomeFailed = 3;     ///< of the jobs
inline constexpr int kInconclusive = 4;   ///< nothing could be compared or concluded
inline constexpr int kBug = 70;           ///< in the program
inline constexpr int kInterrupted = 130;  ///< state saved

}  // namespace l2l
