#include "core/parallel.hpp"

#include <thread>

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "core/error.hpp"

namespace l2l {

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, count, 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
          const FlushDenormals flush;
          for (std::size_t i = range.begin(); i != range.end(); ++i) body(i);
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

std::size_t hardware_threads() {
  return std::max(1U, std::thread::hardware_concurrency());
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
