// Ctrl-C and SIGTERM: the first asks the run to stop, the second ends the program at once.
#pragma once

#include <array>
#include <csignal>

namespace l2l {

/// Handles SIGINT, SIGTERM and SIGHUP while it lives. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Whether a signal has come since the construction.
  static bool requested();

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace l2l
