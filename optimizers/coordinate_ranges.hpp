// Which coordinates an optimizer owns: the glue of per-group assignment (paper section 3.3: one LSTM for
// the convolutional parameters, another for the fully connected ones).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace l2l {

struct CoordinateRange {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< one past the last
};

/// An ordered set of coordinates of a concatenation of functions, all of the same dimension.
class CoordinateRanges {
 public:
  CoordinateRanges() = default;
  /// @param within     ranges inside one function, in ascending order, not overlapping
  /// @param dimension  coordinates of one function
  /// @param functions  functions laid end to end
  CoordinateRanges(const std::vector<CoordinateRange>& within, std::size_t dimension, std::size_t functions);

  std::size_t size() const { return size_; }
  /// True where the ranges are all of [0, dimension * functions): gather and scatter can be left out.
  bool is_everything() const { return everything_; }

  /// owned[i] = all[i-th owned coordinate].
  template <class Real>
  void gather(std::span<const Real> all, std::span<Real> owned) const;
  /// all[i-th owned coordinate] = owned[i].
  template <class Real>
  void scatter(std::span<const Real> owned, std::span<Real> all) const;

 private:
  std::vector<CoordinateRange> ranges_;
  std::size_t size_ = 0;
  bool everything_ = false;
};

}  // namespace l2l
