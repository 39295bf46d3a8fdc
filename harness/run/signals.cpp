#include "harness/run/signals.hpp"

#include <atomic>
#include <string_view>

#include <unistd.h>

#include "core/exit_codes.hpp"

namespace l2l {
namespace {

constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGUSR1, SIGHUP};  // SIGHUP last
std::atomic<int> g_received = 0;  // lock-free: a handler may touch it
std::atomic<bool> g_warned = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

/// write(2) because a handler may not call much else; a message that cannot be shown is no reason to stay.
void say(std::string_view text) {
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, text.data(), text.size());
}

extern "C" void on_stop_signal(int signal) {
  if (signal == SIGUSR1) {
    if (!g_warned.exchange(true))
      say("\nl2lbench: leaving; running jobs end or go to their next checkpoint\n");
    return;
  }
  if (g_received.fetch_add(1) > 0) {
    say("\nl2lbench: ended at once; what was stored is safe\n");
    ::_exit(kInterrupted);
  }
  say("\nl2lbench: stopping; running jobs end at their next check (again: at once)\n");
}

}  // namespace

StopSignals::StopSignals() {
  g_received = 0;
  g_warned = false;
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before_[i]);
  // Started by nohup: closing the terminal is to go unnoticed.
  if (before_.back().sa_handler == SIG_IGN) ::sigaction(SIGHUP, &before_.back(), nullptr);
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

bool StopSignals::requested() {
  return g_received > 0;
}

bool StopSignals::warned() {
  return g_warned;
}

}  // namespace l2l
