#include "reports/statistics/resamples.hpp"

#include <mutex>

#include "core/parallel.hpp"
#include "core/random.hpp"

namespace l2l::reports {
namespace {

using DrawnRows = std::vector<std::uint16_t>;
constexpr std::size_t kMostKeptRows = 8192;  // 32 MB

std::size_t draw_row(std::size_t resample, std::size_t i, std::size_t rows) {
  static const RandomStream stream(seed_from("bootstrap of the mean"));
  return stream.below(resample * rows + i, rows);
}

/// A report asks for the same rows hundreds of times, and drawing is most of the work: the last ones are
/// kept.
std::shared_ptr<const DrawnRows> drawn_rows(std::size_t rows) {
  static std::mutex mutex;
  static std::size_t kept_for = 0;
  static std::shared_ptr<const DrawnRows> kept;
  {
    const std::lock_guard lock(mutex);
    if (kept_for == rows) return kept;
  }
  auto drawn =
      std::make_shared<DrawnRows>(kResamples * rows);  // without the lock: the loop may run other tasks
  parallel_for(kResamples, [&](std::size_t resample) {
    for (std::size_t i = 0; i < rows; ++i)
      (*drawn)[resample * rows + i] = static_cast<std::uint16_t>(draw_row(resample, i, rows));
  });
  const std::lock_guard lock(mutex);
  kept_for = rows;
  return kept = std::move(drawn);
}

}  // namespace

Resamples::Resamples(std::size_t rows)
    : rows_(rows), drawn_(rows <= kMostKeptRows ? drawn_rows(rows) : nullptr) {}

std::size_t Resamples::draw(std::size_t resample, std::size_t i) const {
  return draw_row(resample, i, rows_);
}

}  // namespace l2l::reports
