// Deterministic parallel loops over oneTBB: the work of index i never depends on the number of threads,
// so results that are combined in index order afterwards have the same bits for any thread count.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

namespace l2l {

/// Runs body(i) for i in [0, count), each exactly once, in any order and possibly in parallel. Nested
/// calls are allowed; while it waits, a thread only takes work of this loop (never another job's).
/// The first exception is rethrown after the loop stops.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// The same with `per_task` neighbouring indices a task, where one is too little to hand out. What fits one
/// task stays on the calling thread, in its floating-point mode.
template <class Body>
void parallel_for_groups(std::size_t count, std::size_t per_task, const Body& body) {
  const std::size_t tasks = (count + per_task - 1) / per_task;
  const auto run = [&](std::size_t task) {
    const std::size_t end = std::min(count, (task + 1) * per_task);
    for (std::size_t i = task * per_task; i < end; ++i) body(i);
  };
  if (tasks == 1) {
    run(0);
  } else {
    parallel_for(tasks, run);
  }
}

/// Limits all parallel loops of the process while it lives.
class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads);  ///< threads >= 1
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  void* control_;
};

/// Makes all parallel loops run their indices in another, made-up order while it lives, so that blocks land
/// on other threads and in another sequence than usual. A test hook: no result may depend on it.
class ShuffledLoops {
 public:
  explicit ShuffledLoops(std::size_t seed);  ///< seed >= 1
  ~ShuffledLoops();
  ShuffledLoops(const ShuffledLoops&) = delete;
  ShuffledLoops& operator=(const ShuffledLoops&) = delete;
};

/// Cores this process may run on (its affinity mask, not the machine).
std::size_t hardware_threads();

/// Sets flush-to-zero and denormals-are-zero on the calling thread while it lives: underflow is tens of
/// times slower than other arithmetic, and every thread must round alike. parallel_for sets it itself.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned saved_ = 0;
};

}  // namespace l2l
