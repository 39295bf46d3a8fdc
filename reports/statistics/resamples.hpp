// Which rows the resamples of a bootstrap draw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace l2l::reports {

inline constexpr std::size_t kResamples = 2000;  ///< of the bootstrap

/// `kResamples` draws, with replacement, of as many rows as there are. Resample r draws the same rows
/// whenever there are so many, so that optimizers which met the same seeds are resampled together. The same
/// on every machine and for any number of threads.
class Resamples {
 public:
  explicit Resamples(std::size_t rows);

  /// The i-th row that a resample draws. @pre resample < kResamples, i < rows
  std::size_t row(std::size_t resample, std::size_t i) const {
    return drawn_ ? (*drawn_)[resample * rows_ + i] : draw(resample, i);
  }

 private:
  std::size_t draw(std::size_t resample, std::size_t i) const;

  std::size_t rows_;
  std::shared_ptr<const std::vector<std::uint16_t>>
      drawn_;  ///< (kResamples, rows); null where too many to keep
};

}  // namespace l2l::reports
