#include "optimizers/segment_means.hpp"

#include <algorithm>

#include "core/parallel.hpp"
#include "optimizers/shares_of_blocks.hpp"

namespace l2l {
namespace {

/// Partial sums that one task takes.
constexpr std::size_t kChunksPerTask = 128;

}  // namespace

SegmentMeans::SegmentMeans(std::size_t functions, std::size_t n, std::size_t rows) : n_(n), rows_(rows) {
  const std::size_t all = functions * n;
  for (std::size_t block = 0; block * kB < all; ++block) {
    first_.push_back(segments_.size());
    const std::size_t begin = block * kB, end = std::min(all, begin + kB);
    for (std::size_t at = begin; at < end;) {
      const std::size_t function = at / n, next = std::min(end, (function + 1) * n);
      segments_.push_back({function, at - begin, next - begin});
      at = next;
    }
  }
  first_.push_back(segments_.size());
  for (std::size_t f = 0; f < functions; ++f)
    for (std::size_t k = 0; k < n; k += kB) chunks_.push_back({f, f * n + k, std::min(kB, n - k)});
  sums_.resize(chunks_.size() * rows);
  totals_.resize(functions * rows);
  means_.resize(functions * rows);
}

void SegmentMeans::sum_chunk(std::size_t c, const std::function<const float*(std::size_t block)>& first_row) {
  // Sixteen partial sums, coordinate by coordinate, and a fixed tree.
  constexpr std::size_t kSums = 16;
  const Chunk& chunk = chunks_[c];
  const std::size_t block = chunk.begin / kB, lane = chunk.begin % kB,
                    here = std::min(chunk.count, kB - lane);
  const float* rows = first_row(block);
  const float* next_rows = here < chunk.count ? first_row(block + 1) : nullptr;
  for (std::size_t row = 0; row < rows_; ++row) {
    float values[kB] = {}, sums[kSums] = {};
    std::copy_n(rows + row * kB + lane, here, values);
    if (next_rows != nullptr) std::copy_n(next_rows + row * kB, chunk.count - here, values + here);
    for (std::size_t k = 0; k < kB; k += kSums)
      for (std::size_t s = 0; s < kSums; ++s) sums[s] += values[k + s];
    for (std::size_t width = kSums / 2; width > 0; width /= 2)
      for (std::size_t s = 0; s < width; ++s) sums[s] += sums[s + width];
    sums_[c * rows_ + row] = static_cast<double>(sums[0]);
  }
}

void SegmentMeans::take(const std::function<const float*(std::size_t block)>& first_row) {
  if (rows_ == 0) return;
  parallel_for_groups(chunks_.size(), kChunksPerTask, [&](std::size_t c) { sum_chunk(c, first_row); });
  std::fill(totals_.begin(), totals_.end(), 0.0);
  for (std::size_t c = 0; c < chunks_.size(); ++c)
    for (std::size_t row = 0; row < rows_; ++row)
      totals_[chunks_[c].function * rows_ + row] += sums_[c * rows_ + row];
  for (std::size_t k = 0; k < means_.size(); ++k)
    means_[k] = static_cast<float>(totals_[k] / static_cast<double>(n_));
}

void SegmentMeans::spread(std::size_t block, float* first_row) const {
  for (std::size_t s = first_[block]; s < first_[block + 1]; ++s)
    for (std::size_t row = 0; row < rows_; ++row)
      std::fill(first_row + row * kB + segments_[s].begin, first_row + row * kB + segments_[s].end,
                means_[segments_[s].function * rows_ + row]);
}

}  // namespace l2l
