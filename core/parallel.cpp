#include "core/parallel.hpp"

#include <atomic>
#include <numeric>

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define L2L_NOT_INSTRUMENTED __attribute__((no_sanitize_thread))
#else
#define L2L_NOT_INSTRUMENTED
#endif

#include "core/error.hpp"

namespace l2l {
namespace {

// Debian's libtbb is not instrumented: ThreadSanitizer does not see that it hands a loop over to its threads
// and waits for them, and is told here. Iterations stay unordered among each other. Nothing in other builds.
class LoopOrder {
 public:
#if defined(__SANITIZE_THREAD__)
  LoopOrder() {
    __tsan_release(&begun_);
  }
  ~LoopOrder() {
    __tsan_acquire(&ended_);
  }
  void enter() {
    __tsan_acquire(&begun_);
  }
  void leave() {
    __tsan_release(&ended_);
  }

 private:
  char begun_ = 0, ended_ = 0;
#else
  void enter() {}
  void leave() {}
#endif
};

class LoopPart {
 public:
  explicit LoopPart(LoopOrder& order) : order_(order) { order_.enter(); }
  ~LoopPart() { order_.leave(); }
  LoopPart(const LoopPart&) = delete;
  LoopPart& operator=(const LoopPart&) = delete;

 private:
  LoopOrder& order_;
};

std::atomic<std::size_t> shuffle_seed{0};  // 0: loops run in their own order

/// Where the i-th piece of a loop stands in its order of a seed: i -> (factor i + offset) mod count.
class Order {
 public:
  explicit Order(std::size_t count) : count_(count) {
    const std::size_t seed = shuffle_seed.load(std::memory_order_relaxed);
    if (seed == 0 || count < 2) return;
    offset_ = seed % count;
    factor_ = seed * 7919 % count;
    while (std::gcd(factor_, count) != 1) ++factor_;
  }
  std::size_t operator[](std::size_t i) const {
    return factor_ == 1 && offset_ == 0 ? i : (factor_ * i + offset_) % count_;
  }

 private:
  std::size_t count_, factor_ = 1, offset_ = 0;
};

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  LoopOrder order;
  const Order index(count);
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) L2L_NOT_INSTRUMENTED {
          const LoopPart part(order);
          const FlushDenormals flush;
          for (std::size_t i = range.begin(); i != range.end(); ++i) body(index[i]);
        },
        tbb::simple_partitioner{});
  });
}

ThreadLimit::ThreadLimit(std::size_t threads) {
  L2L_CHECK(threads >= 1, "threads={}", threads);  // before oneTBB, which would abort
  control_ = new tbb::global_control(tbb::global_control::max_allowed_parallelism, threads);
}
ThreadLimit::~ThreadLimit() {
  delete static_cast<tbb::global_control*>(control_);
}

ShuffledLoops::ShuffledLoops(std::size_t seed) {
  L2L_CHECK(seed >= 1, "seed={}", seed);
  shuffle_seed = seed;
}
ShuffledLoops::~ShuffledLoops() {
  shuffle_seed = 0;
}

std::size_t hardware_threads() {
  return static_cast<std::size_t>(tbb::info::default_concurrency());
}

#if defined(__x86_64__)
FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) {
  constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040;
  _mm_setcsr(saved_ | kFlushToZero | kDenormalsAreZero);
}
FlushDenormals::~FlushDenormals() {
  _mm_setcsr(saved_);
}
#else
FlushDenormals::FlushDenormals() = default;
FlushDenormals::~FlushDenormals() = default;
#endif

}  // namespace l2l
