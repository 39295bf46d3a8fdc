#include "optimizers/coordinate_ranges.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace l2l {

CoordinateRanges::CoordinateRanges(const std::vector<CoordinateRange>& within, std::size_t dimension,
                                   std::size_t functions) {
  std::size_t previous_end = 0;
  for (const auto& range : within) {
    L2L_CHECK(range.begin >= previous_end && range.begin <= range.end && range.end <= dimension,
              "range [{}, {}) after {} in dimension {}", range.begin, range.end, previous_end, dimension);
    previous_end = range.end;
  }
  for (std::size_t f = 0; f < functions; ++f) {
    for (const auto& range : within) {
      const CoordinateRange absolute{f * dimension + range.begin, f * dimension + range.end};
      if (!ranges_.empty() && ranges_.back().end == absolute.begin) {
        ranges_.back().end = absolute.end;
      } else {
        ranges_.push_back(absolute);
      }
      size_ += absolute.end - absolute.begin;
    }
  }
  everything_ = size_ == dimension * functions;
}

template <class Real>
void CoordinateRanges::gather(std::span<const Real> all, std::span<Real> owned) const {
  auto out = owned.begin();
  for (const auto& range : ranges_) out = std::copy(all.begin() + range.begin, all.begin() + range.end, out);
}

template <class Real>
void CoordinateRanges::scatter(std::span<const Real> owned, std::span<Real> all) const {
  auto in = owned.begin();
  for (const auto& range : ranges_) {
    const auto next = in + static_cast<std::ptrdiff_t>(range.end - range.begin);
    std::copy(in, next, all.begin() + range.begin);
    in = next;
  }
}

template void CoordinateRanges::gather(std::span<const float>, std::span<float>) const;
template void CoordinateRanges::gather(std::span<const double>, std::span<double>) const;
template void CoordinateRanges::scatter(std::span<const float>, std::span<float>) const;
template void CoordinateRanges::scatter(std::span<const double>, std::span<double>) const;

}  // namespace l2l
