// The memories of a batch of functions, between the blocks of the vector kernels and SharedMemory.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "optimizers/shared_memory.hpp"

namespace l2l {

/// One SharedMemory a function; functions of n coordinates are laid end to end and cut into blocks. Blocks of
/// outputs are [block][1 + R + 2W][kLstmBlock], row 0 not the memory's; of reads [block][rows][kLstmBlock].
/// Parallel over functions; none where the form has no heads.
class BatchMemories {
 public:
  BatchMemories() = default;
  BatchMemories(const MemoryForm& form, std::size_t functions, std::size_t n);

  /// Reads and writes with the heads in `outputs`; a read that is not finite becomes NaN.
  void step(const float* outputs, float* reads);
  void begin_unroll();
  /// dL/d heads into rows 1.. of doutputs, from dL/d reads.
  /// @param read_rows  of a block of dreads: R, or more
  void step_back(const float* dreads, std::size_t read_rows, float* doutputs);
  void end_unroll();
  void copy_dense(std::size_t function, std::span<float> m) const { memories_.at(function).copy_dense(m); }

 private:
  std::size_t output_rows() const { return 1 + form_.read_heads + 2 * form_.write_heads; }
  template <class Body>
  void for_functions(const Body& body) const;
  template <class Copy>
  void each_run(std::size_t function, const Copy& copy) const;

  MemoryForm form_;
  std::size_t n_ = 1;
  std::vector<SharedMemory<float>> memories_;
};

}  // namespace l2l
