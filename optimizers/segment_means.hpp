// Means over the coordinates of each function of a batch that is cut into blocks, whatever the two sizes.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace l2l {

/// Functions of n coordinates laid end to end and cut into blocks of kLstmBlock; a segment is what a function
/// and a block share. A function's coordinates are summed in an order of their own, wherever in the batch it
/// lies and whatever the number of threads.
class SegmentMeans {
 public:
  SegmentMeans() = default;
  /// @param rows  neighbouring rows of a block, [row][kLstmBlock], that are averaged
  SegmentMeans(std::size_t functions, std::size_t n, std::size_t rows);

  /// Takes the means of rows that begin at first_row(block).
  void take(const std::function<const float*(std::size_t block)>& first_row);
  /// Puts the means in the place of the rows; lanes beyond the last coordinate stay as they are.
  void spread(std::size_t block, float* first_row) const;

 private:
  struct Segment {
    std::size_t function, begin, end;  ///< lanes of the block
  };
  /// As many coordinates of a function as a block holds: what one partial sum is taken over.
  struct Chunk {
    std::size_t function, begin, count;  ///< coordinates of the batch
  };
  void sum_chunk(std::size_t chunk, const std::function<const float*(std::size_t block)>& first_row);

  std::size_t n_ = 0, rows_ = 0;
  std::vector<Segment> segments_;
  std::vector<std::size_t> first_;  ///< segment of each block, and one past the last
  std::vector<Chunk> chunks_;       ///< function by function
  std::vector<double> sums_;        ///< [chunk][row]
  std::vector<double> totals_;      ///< [function][row]
  std::vector<float> means_;        ///< [function][row]
};

}  // namespace l2l
