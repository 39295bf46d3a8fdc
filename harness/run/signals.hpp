// Ctrl-C and SIGTERM: the first asks the run to stop, the second ends the program at once. SIGUSR1 is an
// early warning (a time limit is near): nothing new starts, what runs may end.
#pragma once

#include <array>
#include <csignal>

namespace l2l {

/// Handles SIGINT, SIGTERM, SIGHUP and SIGUSR1 while it lives. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// Whether a signal to stop has come since the construction.
  static bool requested();
  /// Whether SIGUSR1 has.
  static bool warned();

 private:
  std::array<struct sigaction, 4> before_{};
};

}  // namespace l2l
