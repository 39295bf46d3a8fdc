// The memory M of one function (paper appendix, NTM-BFGS and NTM-L-BFGS): read and write heads forward, and
// the exact gradient through it, in loops that make no n x n matrix where the form needs none. The equations
// as such: memory_reference.hpp.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace l2l {

/// How M is kept.
struct MemoryForm {
  std::size_t read_heads = 0, write_heads = 0;  ///< R, W
  double scale = 1;                             ///< M_0 = scale I
  std::size_t history = 0;  ///< L: M_t = M_0 + the writes of the last L steps; 0: n x n with all writes
};

/// float: what is meta-trained, its bits are stored. double: the same code under tests that need digits.
/// Heads of a step are [R + 2W][n]: r_1..r_R, a_1, b_1, ..., a_W, b_W. Results of reads are [R][n].
template <class Real>
class SharedMemory {
 public:
  SharedMemory(const MemoryForm& form, std::size_t n);

  /// i_m = M_t r_m for every read head, then M_{t+1} = M_t + sum_j a_j b_j^T.
  void step(std::span<const Real> heads, std::span<Real> results);

  /// From here steps are recorded for step_back().
  void begin_unroll();
  /// The gradient through the last recorded step that was not yet taken back: dL/d heads (overwritten) from
  /// dL/d results of this step and, remembered, of all later ones.
  void step_back(std::span<const Real> dresults, std::span<Real> dheads);
  /// Forgets the recording; M stays.
  void end_unroll();

  /// M_t, [n][n] row-major.
  void copy_dense(std::span<Real> m) const;

 private:
  std::size_t head_count() const { return form_.read_heads + 2 * form_.write_heads; }
  bool dense() const { return form_.history == 0; }
  /// Steps whose writes M held before step number t (counting from the oldest step kept).
  std::size_t first_held(std::size_t t) const;
  void trim_history();

  MemoryForm form_;
  std::size_t n_;
  std::vector<Real> m_, m_start_;           // dense: M_t, and M at the start of the unroll; [n][n]
  std::deque<std::vector<Real>> steps_;     // heads of the steps kept, the oldest first
  std::size_t unroll_start_ = 0;            // which of steps_ is the unroll's first
  std::deque<std::vector<Real>> dresults_;  // of the recorded steps taken back, the first step first
  bool recording_ = false;
};

}  // namespace l2l
