#include "optimizers/batch_memories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.hpp"
#include "optimizers/shares_of_blocks.hpp"

namespace l2l {
namespace {

/// Coordinates of functions whose memories one task takes.
constexpr std::size_t kCoordinatesPerTask = 1024;

}  // namespace

BatchMemories::BatchMemories(const MemoryForm& form, std::size_t functions, std::size_t n)
    : form_(form), n_(n) {
  if (form.read_heads == 0) return;
  memories_.reserve(functions);
  for (std::size_t f = 0; f < functions; ++f) memories_.emplace_back(form, n);
}

template <class Body>
void BatchMemories::for_functions(const Body& body) const {
  parallel_for_groups(memories_.size(), std::max<std::size_t>(1, kCoordinatesPerTask / n_), body);
}

/// Calls copy(block, lane, k, count) for every run of coordinates k, k + 1, ... of a function that lie in
/// neighbouring lanes of a block.
template <class Copy>
void BatchMemories::each_run(std::size_t function, const Copy& copy) const {
  for (std::size_t k = 0; k < n_;) {
    const std::size_t at = function * n_ + k, count = std::min(kB - at % kB, n_ - k);
    copy(at / kB, at % kB, k, count);
    k += count;
  }
}

void BatchMemories::step(const float* outputs, float* reads) {
  const std::size_t rows = output_rows();
  for_functions([&](std::size_t f) {
    std::vector<float> heads((rows - 1) * n_), results(form_.read_heads * n_);
    each_run(f, [&](std::size_t block, std::size_t lane, std::size_t k, std::size_t count) {
      for (std::size_t row = 1; row < rows; ++row)
        std::copy_n(outputs + (block * rows + row) * kB + lane, count, &heads[(row - 1) * n_ + k]);
    });
    memories_[f].step(heads, results);
    // As with gradients: a saturated gate must not hide a divergence.
    for (float& i : results)
      if (!std::isfinite(i)) i = std::numeric_limits<float>::quiet_NaN();
    each_run(f, [&](std::size_t block, std::size_t lane, std::size_t k, std::size_t count) {
      for (std::size_t m = 0; m < form_.read_heads; ++m)
        std::copy_n(&results[m * n_ + k], count, reads + (block * form_.read_heads + m) * kB + lane);
    });
  });
}

void BatchMemories::begin_unroll() {
  for (auto& memory : memories_) memory.begin_unroll();
}

void BatchMemories::step_back(const float* dreads, std::size_t read_rows, float* doutputs) {
  const std::size_t rows = output_rows();
  for_functions([&](std::size_t f) {
    std::vector<float> dheads((rows - 1) * n_), dresults(form_.read_heads * n_);
    each_run(f, [&](std::size_t block, std::size_t lane, std::size_t k, std::size_t count) {
      for (std::size_t m = 0; m < form_.read_heads; ++m)
        std::copy_n(dreads + (block * read_rows + m) * kB + lane, count, &dresults[m * n_ + k]);
    });
    memories_[f].step_back(dresults, dheads);
    each_run(f, [&](std::size_t block, std::size_t lane, std::size_t k, std::size_t count) {
      for (std::size_t row = 1; row < rows; ++row)
        std::copy_n(&dheads[(row - 1) * n_ + k], count, doutputs + (block * rows + row) * kB + lane);
    });
  });
}

void BatchMemories::end_unroll() {
  for (auto& memory : memories_) memory.end_unroll();
}

}  // namespace l2l
